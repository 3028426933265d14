import { rm } from 'node:fs/promises'
import { afterAll, beforeAll } from 'vitest'
import { makeFilm, type Scene } from './film.js'
import { DEMO_PAGES, assembleAssets, buildPages, temporaryFolder } from './folders.js'
import { openSite, type Site } from './site.js'

/** What the tests of a file share. */
export interface World {
  readonly site: Site
  /** The file of a scene, made when first asked for. */
  film(scene: Scene): Promise<string>
}

/** Opens a site before a file's tests and closes it after them; `pages` is the page of these tests, or the demo. */
export function useWorld({ pages = 'tests', assets = [] }: { readonly pages?: 'tests' | 'demo'; readonly assets?: readonly string[] } = {}): World {
  let site: Site | undefined
  let folder = ''
  const films = new Map<string, Promise<string>>()
  beforeAll(async () => {
    folder = await temporaryFolder()
    site = await openSite({ pages: pages === 'demo' ? DEMO_PAGES : await buildPages(), assets: await assembleAssets(...assets) })
  })
  afterAll(async () => {
    await site?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    get site() {
      if (site === undefined) throw new Error('the site is not open yet')
      return site
    },
    film(scene) {
      const made = films.get(scene.name) ?? makeFilm(scene, folder)
      films.set(scene.name, made)
      return made
    },
  }
}
