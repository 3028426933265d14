import { expect } from '@esm-bundle/chai'
import type { ReferenceSummary } from '@lintas/core'
import { sayIn } from '../src/shared/language.js'
import { ReferenceList } from '../src/shared/reference-list.js'

const reference = (subjectId: string): ReferenceSummary => ({
  subjectId,
  spaces: ['compact-512'],
  sampleCount: 5,
  quality: 0.9,
  createdAt: '2026-11-24T00:00:00.000Z',
})
const held = (...ids: string[]): Parameters<ReferenceList['show']>[0] => ({ references: ids.map(reference), damaged: 0 })
const ENGLISH = { say: sayIn('en'), language: 'en' } as const

let list: ReferenceList
let chosen: string[]

beforeEach(() => {
  document.body.innerHTML = '<h2 tabindex="-1">Check in</h2><div></div>'
  chosen = []
  const [heading, root] = document.body.children as unknown as [HTMLElement, HTMLElement]
  list = new ReferenceList(root, heading, { choose: (id) => chosen.push(id), remove: () => undefined, removeDamaged: () => undefined })
  list.show(held('a', 'b', 'c'), 'a', ENGLISH)
})
afterEach(() => document.body.replaceChildren())

const radios = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('input')]
const deletion = (index: number): HTMLButtonElement => document.querySelectorAll('button')[index]!

describe('the list of references', () => {
  it('keeps the keyboard on the reference that was just chosen', () => {
    const second = radios()[1]!
    second.focus()
    second.click()
    list.show(held('a', 'b', 'c'), 'b', ENGLISH)
    expect(chosen).to.deep.equal(['b'])
    expect(document.activeElement).to.equal(second)
    expect(radios().map(({ checked }) => checked)).to.deep.equal([false, true, false])
  })

  it('after a deletion gives the keyboard to the chosen reference, not to the next deletion', () => {
    deletion(1).focus()
    list.show(held('a', 'c'), 'c', ENGLISH)
    expect(document.activeElement).to.equal(radios()[1])
    expect(radios()[1]?.value).to.equal('c')
  })

  it('gives it to the heading when nothing is left', () => {
    deletion(0).focus()
    list.show(held(), undefined, ENGLISH)
    expect(document.activeElement?.tagName).to.equal('H2')
  })

  it('keeps it on the same control when others come or the language changes', () => {
    deletion(1).focus()
    list.show(held('a', 'b', 'c', 'd'), 'a', { say: sayIn('id'), language: 'id' })
    expect(document.activeElement).to.equal(deletion(1))
    expect(deletion(1).getAttribute('aria-label')).to.equal('Hapus data wajah b')
  })

  it('takes it from nowhere else', () => {
    list.show(held('a'), 'a', ENGLISH)
    expect(document.activeElement).to.equal(document.body)
  })
})
