import '@lintas/element/define.js'
import type { LintasCheckin, LintasDecidedEvent, LintasEnrolment } from '@lintas/element'
import { AgencyFault, agency, ask, type Claims, type Me, type Today } from './shared/agency.js'
import { attendanceTable } from './shared/attendance-table.js'
import { dayInWords } from './shared/clock.js'
import { find, make, pairs } from './shared/dom.js'
import { showModes } from './shared/modes.js'
import { claimPairs } from './shared/receipt-sheet.js'
import { button } from './shared/reference-list.js'
import { Shell } from './shared/shell.js'
import type { Word } from './shared/words.js'

/** Changes with the words of the consent. */
const CONSENT_VERSION = 'demo-1'

const enrolment = find<LintasEnrolment>('lintas-enrolment')
const checkIn = find<LintasCheckin>('lintas-checkin')
const employees = find<HTMLSelectElement>('#employee')
const agree = find<HTMLInputElement>('#agree')
const shell = new Shell()

let me: Me | undefined
let today: Today | undefined
/** What the backend said of the last decision. */
let receipt: { readonly word: Word; readonly claims?: Claims } | undefined
let fault: AgencyFault | undefined

/** Does something at the backend, and shows what holds afterwards or what went wrong. */
async function act(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
    me = await agency.me()
    today = me.employee === undefined ? undefined : await agency.today()
    fault = undefined
  } catch (cause) {
    fault = cause instanceof AgencyFault ? cause : new AgencyFault(0, 'unexpected')
  }
  show()
}

function show(): void {
  showFault()
  showLogin()
  showReference()
  showReceipt()
  showAttendance()
}

function showFault(): void {
  const line = find('#fault')
  line.hidden = fault === undefined
  // Pages without a backend behind them: the browser's own mode still works.
  const word = fault?.status === 404 && me === undefined ? 'agency-absent' : fault?.code === 'network' ? 'agency-network' : 'agency-fault'
  line.textContent = fault === undefined ? '' : shell.say(word, { code: fault.code })
}

function showLogin(): void {
  const employee = me?.employee
  find('#login').hidden = me === undefined
  find('#login-form').hidden = employee !== undefined
  find('#logged-in').hidden = employee === undefined
  find('#who').textContent = employee === undefined ? '' : shell.say('login-who', { employee })
  const { value } = employees
  employees.replaceChildren(...(me?.employees ?? []).map((one) => make('option', { value: one }, one)))
  if (value !== '') employees.value = value
  find('#desk').hidden = employee === undefined
  if (employee !== checkIn.subject) for (const element of [checkIn, enrolment]) element.reset()
  checkIn.subject = enrolment.subject = employee
}

function showReference(): void {
  const { consented = false, enrolled = false, pending = false } = me ?? {}
  find('#reference').textContent = shell.say(enrolled ? 'reference-active' : pending ? 'reference-pending' : 'reference-none')
  const acts = [
    ...(pending ? [make('a', { href: 'officer.html', class: 'plain' }, shell.say('to-officer')), button(shell.say('refresh'), refresh)] : []),
    ...(enrolled || pending ? [button(shell.say('erase'), erase)] : []),
  ]
  find('#reference-acts').replaceChildren(...acts)
  const wanted = !enrolled && !pending
  find('#consent').hidden = !wanted
  agree.checked = consented
  agree.disabled = consented
  // What was just shown stays until the person has seen it: the element itself says that it waits.
  enrolment.hidden = !(wanted && consented) && enrolment.state !== 'pending'
  checkIn.hidden = !enrolled
  // Nothing is fetched for check-ins without a network before there can be one.
  checkIn.noOffline = !enrolled
  find('#check-first').hidden = enrolled
}

function showReceipt(): void {
  find('#receipt').hidden = receipt === undefined
  if (receipt === undefined) return
  const told = find('#receipt-told')
  told.textContent = shell.say(receipt.word)
  told.className = receipt.claims === undefined ? 'poor' : 'good'
  find('#claims').replaceChildren(...(receipt.claims === undefined ? [] : pairs(claimPairs(receipt.claims, shell.say, shell.language))))
}

function showAttendance(): void {
  find('#attendance').hidden = today === undefined
  if (today === undefined) return
  find('#attendance-day').textContent = dayInWords(today.day, shell.language)
  find('#attendance-rows').replaceChildren(attendanceTable(today, shell.say, shell.language))
}

function refresh(): void {
  void act(() => Promise.resolve())
}

function erase(): void {
  receipt = undefined
  enrolment.reset()
  void act(() => ask('DELETE', 'face')).then(() => find('#enrol-title').focus())
}

/** An element says that something was decided. That is no more than a sign: what was decided the page asks its own backend. */
function decided(purpose: 'check-in' | 'enrolment', { sid, assurance }: LintasDecidedEvent): void {
  receipt = undefined
  // The challenge failed before the camera: the server has nothing to decide.
  if (assurance === 'client-asserted') {
    show()
    return
  }
  void act(async () => {
    try {
      receipt = { word: 'receipt-verified', claims: await agency.receipt(purpose, sid) }
    } catch (cause) {
      if (!(cause instanceof AgencyFault)) throw cause
      receipt = { word: cause.code.startsWith('receipt-') ? 'receipt-forged' : 'receipt-none' }
    }
  })
}

enrolment.addEventListener('lintas-decided', (event) => decided('enrolment', event))
checkIn.addEventListener('lintas-decided', (event) => decided('check-in', event))
enrolment.addEventListener('lintas-state-change', ({ previous }) => {
  if (previous === 'pending') refresh()
})
find<HTMLFormElement>('#login-form').addEventListener('submit', (event) => {
  event.preventDefault()
  receipt = undefined
  void act(() => ask('POST', 'login', { employee: employees.value })).then(() => find('#login-title').focus())
})
find('#logout').addEventListener('click', () => {
  receipt = undefined
  void act(() => ask('POST', 'logout')).then(() => find('#login-title').focus())
})
agree.addEventListener('change', () => {
  const text = `${find('#consent-text').textContent}\n${find('#consent-agreed').textContent}`.replace(/\s+/gu, ' ').trim()
  void act(() => ask('POST', 'consent', { version: `${CONSENT_VERSION}-${shell.language}`, text }))
})
// The officer's page is another tab: what it did is seen when this one is looked at again.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && me?.pending === true) refresh()
})
shell.onLanguage((say, language) => {
  showModes('index', say)
  enrolment.lang = checkIn.lang = language
  show()
})
refresh()
