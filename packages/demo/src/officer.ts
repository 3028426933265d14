import { AgencyFault, agency, ask, type Waiting } from './shared/agency.js'
import { TIME_ZONE } from './shared/clock.js'
import { find, make } from './shared/dom.js'
import { button } from './shared/reference-list.js'
import { Shell } from './shared/shell.js'
import type { Word } from './shared/words.js'

const shell = new Shell()

let officer: boolean | undefined
let waiting: Waiting | undefined
let fault: AgencyFault | undefined
/** Reviews that one officer alone may not accept any more. */
const forTwo = new Set<string>()
/** What was done last. */
let told: { readonly word: Word; readonly employee: string } | undefined

/** Does something at the backend, and shows what holds afterwards or what went wrong. */
async function act(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
    officer = await agency.isOfficer()
    waiting = officer ? await agency.waiting() : undefined
    fault = undefined
  } catch (cause) {
    fault = cause instanceof AgencyFault ? cause : new AgencyFault(0, 'unexpected')
    // What the server said no to may have changed what it tells of it: a search at an approval finds who came later.
    if (fault.status === 409) waiting = await agency.waiting().catch(() => waiting)
  }
  show()
}

function show(): void {
  const { say } = shell
  const line = find('#fault')
  line.hidden = fault === undefined
  line.textContent = fault === undefined ? '' : say(fault.code === 'network' ? 'agency-network' : 'agency-fault', { code: fault.code })
  find('#told').textContent = told === undefined ? '' : say(told.word, { employee: told.employee })
  const acts = officer === true ? [button(say('refresh'), refresh), button(say('logout-do'), logout)] : [button(say('officer-login'), login)]
  find('#acts').replaceChildren(...(officer === undefined ? [] : acts))
  find('#desk').hidden = waiting === undefined
  if (waiting === undefined) return
  find('#enrolments').replaceChildren(...orNothing(waiting.enrolments.map(enrolmentCard), 'enrolments-none'))
  find('#reviews').replaceChildren(...orNothing(waiting.reviews.map(reviewCard), 'reviews-none'))
  find('#devices').replaceChildren(...orNothing(waiting.devices.map(deviceCard), 'devices-none'))
}

function orNothing(cards: readonly HTMLElement[], word: Word): readonly HTMLElement[] {
  return cards.length > 0 ? cards : [make('p', { class: 'empty' }, shell.say(word))]
}

/** An enrolment can be approved only by somebody who says that they have seen the person. */
function enrolmentCard({ enrolmentId, employee, createdAt, possibleDuplicate, incomplete }: Waiting['enrolments'][number]): HTMLElement {
  const { say } = shell
  const seen = make('input', { type: 'checkbox' })
  const path = `officer/enrolments/${encodeURIComponent(enrolmentId)}`
  const approve = button(say(possibleDuplicate ? 'approve-two' : 'approve'), () => {
    perform('approved', employee, () => ask('POST', `${path}/approve`, { second: possibleDuplicate }))
  })
  approve.disabled = true
  seen.addEventListener('change', () => (approve.disabled = !seen.checked))
  return make(
    'article',
    { class: 'sheet' },
    make('h3', {}, employee),
    make('p', { class: 'note' }, whenOf(createdAt)),
    portrait(`/demo/${path}/portrait`, employee),
    ...(possibleDuplicate ? [make('p', { class: 'poor' }, say('possible-duplicate'))] : []),
    ...(incomplete ? [make('p', { class: 'poor' }, say('search-incomplete'))] : []),
    make('label', { class: 'agree' }, seen, make('span', {}, say('seen-person', { employee }))),
    make(
      'div',
      { class: 'row' },
      approve,
      button(say('reject'), () => perform('rejected', employee, () => ask('POST', `${path}/reject`))),
    ),
  )
}

/** The picture of an enrolment: fetched when the officer asks for it, each time anew, and gone from the page when it is hidden or anything is done. */
function portrait(source: string, employee: string): HTMLElement {
  const { say } = shell
  const place = make('figure', { class: 'portrait' })
  place.hidden = true
  const toggle = button(say('show-picture'), () => (place.hidden ? open() : close()), { 'aria-expanded': 'false' })
  const told = (word: Word, isOpen: boolean): void => {
    toggle.textContent = say(word)
    toggle.setAttribute('aria-expanded', String(isOpen))
    place.hidden = !isOpen
  }
  const close = (): void => {
    place.replaceChildren()
    told('show-picture', false)
  }
  const open = (): void => {
    // A browser may show a picture again that it has in memory, and then nobody would note it.
    const image = make('img', { src: `${source}?look=${crypto.randomUUID()}`, alt: say('picture-of', { employee }) })
    image.addEventListener('error', () => place.replaceChildren(make('p', { class: 'note', role: 'alert' }, say('picture-none'))))
    place.replaceChildren(image, make('figcaption', { class: 'note' }, say('picture-noted')))
    told('hide-picture', true)
  }
  return make('div', { class: 'look' }, make('div', { class: 'row' }, toggle), place)
}

const whenOf = (instant: string): string =>
  new Intl.DateTimeFormat(shell.language === 'en' ? 'en-GB' : 'id', { timeZone: TIME_ZONE, dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(instant),
  )

/** Why a check-in is a review, by how the server's flag begins. */
const REASONS: readonly (readonly [flag: string, word: Word])[] = [
  ['deferred', 'review-deferred'],
  ['device', 'review-device'],
  ['place', 'review-place'],
  ['disagreement', 'review-disagreement'],
]

/** A check-in that matched and is doubtful. It counts at its own time, not at that of the acceptance. */
function reviewCard({ sid, employee, at, notBefore, direction, flags }: Waiting['reviews'][number]): HTMLElement {
  const { say } = shell
  const path = `officer/reviews/${encodeURIComponent(sid)}`
  const reasons = REASONS.filter(([start]) => flags.some((flag) => flag.startsWith(start)))
  const accept = async (): Promise<void> => {
    try {
      await ask('POST', `${path}/accept`, { second: forTwo.has(sid) })
    } catch (cause) {
      if (cause instanceof AgencyFault && cause.code.startsWith('review-second')) forTwo.add(sid)
      throw cause
    }
  }
  const [label, when] = [say(direction === 'arrival' ? 'column-arrival' : 'column-departure'), [notBefore ?? [], at].flat().map(whenOf)]
  return make(
    'article',
    { class: 'sheet' },
    make('h3', {}, employee),
    make('p', { class: 'note' }, `${label}: ${when.join(' – ')}`),
    ...reasons.map(([, word]) => make('p', {}, say(word))),
    make(
      'div',
      { class: 'row' },
      button(say(forTwo.has(sid) ? 'review-accept-two' : 'review-accept'), () => perform('review-accepted', employee, accept)),
      button(say('reject'), () => perform('review-rejected', employee, () => ask('POST', `${path}/reject`))),
    ),
  )
}

function deviceCard({ employee, thumbprint, uses }: Waiting['devices'][number]): HTMLElement {
  const { say } = shell
  const bind = button(say('bind'), () => perform('bound', employee, () => ask('POST', `officer/devices/${encodeURIComponent(thumbprint)}/bind`)))
  return make(
    'article',
    { class: 'sheet' },
    make('h3', {}, employee),
    make('p', { class: 'note' }, say('device-uses', { uses })),
    make('p', { class: 'mono small' }, thumbprint),
    make('div', { class: 'row' }, bind),
  )
}

function perform(word: Word, employee: string, work: () => Promise<unknown>): void {
  // The pressed button is about to go: the keyboard goes to the heading.
  void act(async () => {
    await work()
    told = { word, employee }
  }).then(() => find('#officer-title').focus())
}

function refresh(): void {
  void act(() => Promise.resolve())
}

function login(): void {
  void act(() => ask('POST', 'officer/login'))
}

function logout(): void {
  told = undefined
  void act(() => ask('POST', 'officer/logout'))
}

shell.onLanguage(show)
refresh()
