import '@lintas/element/define.js'
import { LintasError, openReferenceStore, type CheckInOutcome, type ReferenceStore } from '@lintas/core'
import { messagesOf, type LintasCheckin, type LintasEnrolment } from '@lintas/element'
import { find, make, pairs } from './shared/dom.js'
import { factsOf } from './shared/facts.js'
import { button, referenceList } from './shared/reference-list.js'
import { Shell } from './shared/shell.js'

const enrolment = find<LintasEnrolment>('lintas-enrolment')
const checkIn = find<LintasCheckin>('lintas-checkin')
const subject = find<HTMLInputElement>('#subject')
const agree = find<HTMLInputElement>('#agree')
const shell = new Shell()

/** The demonstration's one exception: without liveness nobody would be admitted at all. The page says so. */
checkIn.policy = { requirePad: false }
subject.value = newSubject()

let store: ReferenceStore | undefined
let chosen: string | undefined
let outcome: CheckInOutcome | undefined

function newSubject(): string {
  return `demo-${crypto.randomUUID().slice(0, 8)}`
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

/** Reads the store anew and shows what it holds. */
async function refresh(): Promise<void> {
  store ??= await openReferenceStore()
  const held = await store.list()
  const known = held.references.some(({ subjectId }) => subjectId === chosen)
  if (!known) chosen = held.references[0]?.subjectId
  const reference = chosen === undefined ? undefined : await store.get(chosen)
  if (checkIn.reference?.subjectId !== reference?.subjectId) checkIn.reset()
  checkIn.reference = reference
  checkIn.subject = reference?.subjectId
  checkIn.hidden = reference === undefined
  find('#check-first').hidden = reference !== undefined
  find('#references').replaceChildren(...referenceList(held, chosen, { choose, remove, removeDamaged }, shell))
  showOutcome()
}

/** A fault of the store is shown where the references would be, with the only way out when nothing can be read. */
function showFault(cause: unknown): void {
  const code = cause instanceof LintasError ? cause.code : 'unexpected'
  const messages = messagesOf(shell.language)
  const words = make('p', { class: 'status fault' }, `${messages[`error:${code}`]}. ${messages[`help:${code}`]} (${code})`)
  const wayOut = code === 'store-key-lost' ? [button(shell.say('clear-all'), () => act(async () => store?.clear()))] : []
  find('#references').replaceChildren(words, ...wayOut)
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
  act(async () => store?.delete(subjectId))
}

function removeDamaged(): void {
  act(async () => store?.deleteDamaged())
}

function showOutcome(): void {
  find('#details').hidden = outcome === undefined
  if (outcome !== undefined) find('#facts').replaceChildren(...pairs(factsOf(outcome, shell.say)))
}

enrolment.addEventListener('lintas-enrolment', ({ outcome: made }) => {
  if (made.outcome !== 'enrolled') return
  chosen = made.template.subjectId
  act(async () => store?.put(made.template))
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
shell.onLanguage((_say, language) => {
  enrolment.lang = language
  checkIn.lang = language
  act(() => Promise.resolve())
})
offerEnrolment()
