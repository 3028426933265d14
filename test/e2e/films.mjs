// Films of the people who stand before the cameras of the e2e tests, one process each: one after another they take three minutes, and the tests wait.
// Kept in .lintas/person-films; what is there is not made again. `node test/e2e/films.mjs`, or with one portrait's name.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, run } from '../../scripts/lib/run.mjs'
import { load } from '../server/load.mjs'

/** Those that live.e2e.ts and agency.e2e.ts ask for. */
const PORTRAITS = ['obama', 'obama3', 'biden']

const [portrait] = process.argv.slice(2)
if (portrait === undefined) {
  const codes = await Promise.all(PORTRAITS.map((name) => run(process.execPath, [fileURLToPath(import.meta.url), name])))
  process.exitCode = codes.some((code) => code !== 0) ? 1 : 0
} else {
  const { ACTIONS, personFilms } = await load(join(ROOT, 'test/e2e/support/live-person.ts'))
  await personFilms(portrait, ACTIONS)
}
