import '@lintas/element/define.js'
import { LintasError, openReferenceStore, type ReferenceStore } from '@lintas/core'
import { messagesOf, type LintasCheckin, type LintasEnrolment, type ToldOutcome } from '@lintas/element'
import { challengeIsOff, keepChallenge } from './shared/challenge.js'
import { find, make, pairs } from './shared/dom.js'
import { factsOf } from './shared/facts.js'
import { showModes } from './shared/modes.js'
import { ReferenceList, button } from './shared/reference-list.js'
import { Shell } from './shared/shell.js'
import type { Word } from './shared/words.js'

const enrolment = find<LintasEnrolment>('lintas-enrolment')
const checkIn = find<LintasCheckin>('lintas-checkin')
const subject = find<HTMLInputElement>('#subject')
const agree = find<HTMLInputElement>('#agree')
const noChallenge = find<HTMLInputElement>('#no-challenge')
const shell = new Shell()
const list = new ReferenceList(find('#references'), find('#check-title'), { choose, remove, removeDamaged })

noChallenge.checked = challengeIsOff()
subject.value = newSubject()

let store: ReferenceStore | undefined
let chosen: string | undefined
let outcome: ToldOutcome | undefined
/** What was done last with whose reference. */
let told: { readonly word: Word; readonly subject: string } | undefined
/** Counts readings of the store: of two that run at once the later one is shown. */
let readings = 0

function newSubject(): string {
  return `demo-${crypto.randomUUID().slice(0, 8)}`
}

/** Checks in with the challenge, or without it where that was chosen; an attempt under the other policy ends. The page says what each is worth. */
function applyChallenge(): void {
  const off = noChallenge.checked
  checkIn.reset()
  checkIn.policy = { pad: off ? 'none' : 'standard' }
  outcome = undefined
  showOutcome()
  sayWorth()
}

function sayWorth(): void {
  find('#worth-pad').textContent = shell.say(noChallenge.checked ? 'worth-pad-off' : 'worth-pad')
}

/** An enrolment is offered once there is an id and consent, and not before. */
function offerEnrolment(): void {
  const subjectId = subject.value.trim()
  const offered = subjectId !== '' && agree.checked
  if (!offered) enrolment.reset()
  enrolment.subject = subjectId
  enrolment.hidden = !offered
  find('#enrol-first').hidden = offered
}

async function opened(): Promise<ReferenceStore> {
  store ??= await openReferenceStore()
  return store
}

/** Reads the store anew and shows what it holds. */
async function refresh(): Promise<void> {
  const reading = (readings += 1)
  const references = await opened()
  const held = await references.list()
  const known = held.references.find(({ subjectId }) => subjectId === chosen) ?? held.references[0]
  const reference = known && (await references.get(known.subjectId))
  if (reading !== readings) return
  if (checkIn.reference?.subjectId !== reference?.subjectId) checkIn.reset()
  checkIn.reference = reference
  checkIn.subject = reference?.subjectId
  checkIn.hidden = reference === undefined
  find('#check-first').hidden = reference !== undefined
  list.show(held, known?.subjectId, shell)
  find('#told').textContent = told === undefined ? '' : shell.say(told.word, { subject: told.subject })
  showOutcome()
}

/** A fault of the store is shown where the references would be, with the only way out when nothing can be read. */
function showFault(cause: unknown): void {
  const code = cause instanceof LintasError ? cause.code : 'unexpected'
  const messages = messagesOf(shell.language)
  const words = make('p', { class: 'status fault', role: 'alert' }, `${messages[`error:${code}`]}. ${messages[`help:${code}`]} (${code})`)
  const wayOut = code === 'store-key-lost' ? [button(shell.say('clear-all'), () => act(async () => (await opened()).clear()))] : []
  list.replace(words, ...wayOut)
}

function act(work: () => Promise<unknown>): void {
  work().then(refresh).catch(showFault)
}

function choose(subjectId: string): void {
  chosen = subjectId
  outcome = undefined
  act(() => Promise.resolve())
}

function remove(subjectId: string): void {
  outcome = undefined
  act(async () => {
    await (await opened()).delete(subjectId)
    told = { word: 'deleted', subject: subjectId }
  })
}

function removeDamaged(): void {
  act(async () => (await opened()).deleteDamaged())
}

function showOutcome(): void {
  find('#details').hidden = outcome === undefined
  if (outcome !== undefined) find('#facts').replaceChildren(...pairs(factsOf(outcome, shell.say)))
}

enrolment.addEventListener('lintas-enrolment', ({ outcome: made }) => {
  if (made.outcome !== 'enrolled') return
  const { template } = made
  act(async () => {
    await (await opened()).put(template)
    chosen = template.subjectId
    told = { word: 'stored', subject: template.subjectId }
  })
})
enrolment.addEventListener('lintas-state-change', ({ state, previous }) => {
  // The next person gets an id and a consent of their own.
  if (previous !== 'enrolled' || state !== 'idle') return
  subject.value = newSubject()
  agree.checked = false
  offerEnrolment()
})
checkIn.addEventListener('lintas-result', (event) => {
  outcome = event.outcome
  showOutcome()
})
checkIn.addEventListener('lintas-state-change', ({ state }) => {
  if (state === 'loading') outcome = undefined
  showOutcome()
})
subject.addEventListener('input', offerEnrolment)
agree.addEventListener('change', offerEnrolment)
noChallenge.addEventListener('change', () => {
  keepChallenge(noChallenge.checked)
  applyChallenge()
})
shell.onLanguage((say, language) => {
  showModes('client', say)
  sayWorth()
  enrolment.lang = language
  checkIn.lang = language
  act(() => Promise.resolve())
})
offerEnrolment()
applyChallenge()
