import { expect } from '@esm-bundle/chai'
import 'axe-core/axe.js'
import { LintasError } from '@lintas/core/errors'
import '../src/define.js'
import {
  LOCALES,
  messagesOf,
  type LintasCheckin,
  type LintasDecidedEvent,
  type LintasEnrolment,
  type LintasEventMap,
  type ServerOutcome,
} from '../src/index.js'
import { FakePorts, INFO, TEMPLATE, settled } from './fakes.js'

declare const axe: { run(context: Element): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }

const RELAY = '/lintas-api/'
const SID = 's'.repeat(22)
const id = messagesOf('id')
const OUTCOMES: readonly (keyof LintasEventMap)[] = ['lintas-result', 'lintas-enrolment', 'lintas-decided', 'lintas-error']

let ports: FakePorts
let element: LintasCheckin | LintasEnrolment
let events: Event[]

const record = (event: Event): void => void events.push(event)
const inside = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector)
const text = (selector: string): string => inside(selector)?.textContent.trim() ?? ''
const buttons = (): string[] => [...element.renderRoot.querySelectorAll('button')].map((button) => button.textContent.trim())
const advice = (): string[] => [...element.renderRoot.querySelectorAll('li')].map((line) => line.textContent.trim())

beforeEach(() => {
  ports = new FakePorts()
  ports.ready.resolve(INFO)
  events = []
  for (const name of OUTCOMES) document.body.addEventListener(name, record)
})
afterEach(() => {
  for (const name of OUTCOMES) document.body.removeEventListener(name, record)
  document.body.replaceChildren()
})

async function mount(tag: 'lintas-checkin' | 'lintas-enrolment'): Promise<void> {
  element = document.createElement(tag)
  element.ports = ports
  element.setAttribute('relay', RELAY)
  document.body.append(element)
  await drawn()
}

async function drawn(): Promise<void> {
  await settled()
  await element.updateComplete
}

async function untilCamera(): Promise<void> {
  void element.start()
  await drawn()
  ports.cameras.at(-1)?.opening.resolve(ports.camera())
  await drawn()
}

async function attempt(outcome: Omit<ServerOutcome, 'sid' | 'assurance'>): Promise<void> {
  await untilCamera()
  ports.finish({ ...outcome, sid: SID, assurance: 'server-verified' })
  await drawn()
}

describe('a check-in over a relay', () => {
  beforeEach(() => mount('lintas-checkin'))

  it('needs no reference, uses none, and lets the server decide', async () => {
    ;(element as LintasCheckin).reference = TEMPLATE
    ;(element as LintasCheckin).policy = { pad: 'none' }
    await untilCamera()
    expect([ports.checkInOptions, ports.relayed.map(({ relay }) => relay)]).to.deep.equal([undefined, [RELAY]])
    expect(ports.session.options).to.include({ purpose: 'check-in' })
    expect(ports.session.options).not.to.have.any.keys('reference', 'route')
  })

  it('reflects its relay, and without one decides here as ever', async () => {
    element.relay = '/other/'
    await drawn()
    expect(element.getAttribute('relay')).to.equal('/other/')
    element.relay = null
    await drawn()
    expect(element.hasAttribute('relay')).to.equal(false)
    await element.start()
    await drawn()
    expect([ports.relayed.length, text('[part=code]')]).to.deep.equal([0, 'Kode: template-invalid'])
  })

  it('takes an empty relay for one that does not work, never for none', async () => {
    element.setAttribute('relay', '')
    ;(element as LintasCheckin).reference = TEMPLATE
    await untilCamera()
    expect([ports.checkInOptions, ports.relayed.map(({ relay }) => relay)]).to.deep.equal([undefined, ['']])
  })

  it('shows the challenge, says that the server has it, and tells the end in one event of its own', async () => {
    await untilCamera()
    ports.session.options.onPrompt?.({ action: 'turn-left', step: 1, of: 3, again: false })
    await drawn()
    expect([element.state, text('h2')]).to.deep.equal(['acting', id['action:turn-left']])
    ports.session.options.onPhase?.('comparing')
    await drawn()
    expect([text('h2'), text('.lead')]).to.deep.equal([id['relayed-title'], id['relayed-lead']])
    ports.finish({ outcome: 'admitted', next: 'done', sid: SID, assurance: 'server-verified' })
    await drawn()
    expect([element.state, inside('[part=pad-unchecked]'), ports.live]).to.deep.equal(['admitted', null, 0])
    expect(events.map(({ type }) => type)).to.deep.equal(['lintas-decided'])
    const decided = events[0] as LintasDecidedEvent
    expect([decided.outcome, decided.sid, decided.assurance]).to.deep.equal(['admitted', SID, 'server-verified'])
  })

  it('under review waits for an officer, and needs no retry', async () => {
    await attempt({ outcome: 'review', next: 'wait' })
    expect([element.state, text('h2'), text('.lead')]).to.deep.equal(['pending', id['pending-checkin-title'], id['pending-checkin-lead']])
    expect(buttons()).to.deep.equal([id.done])
    expect(text('[role=status]')).to.equal(`${id['pending-checkin-title']}. ${id['pending-checkin-lead']}`)
  })

  it('made without a network, is kept and says so, in an event of its own', async () => {
    document.body.addEventListener('lintas-waiting', record, { once: true })
    await attempt({ outcome: 'waiting', next: 'wait', since: '2026-11-24T01:00:00.000Z' })
    expect([element.state, text('h2'), text('.lead'), buttons()]).to.deep.equal(['waiting', id['waiting-title'], id['waiting-lead'], [id.done]])
    expect(text('[role=status]')).to.contain(id['waiting-lead'])
    expect(events.map(({ type }) => type)).to.deep.equal(['lintas-waiting'])
    const { violations } = await axe.run(element)
    expect(violations.map(({ id: rule }) => rule)).to.deep.equal([])
  })

  it('cut off while actions were asked for, may be made again at once', async () => {
    await attempt({ outcome: 'again', reason: 'network', next: 'again' })
    expect([element.state, advice(), buttons()]).to.deep.equal(['refused', [id['again-network']], [id.retry, id.cancel]])
  })

  it('refused, says what helps and offers another attempt', async () => {
    await attempt({ outcome: 'refused', hint: 'move-clearly', next: 'again' })
    expect([element.state, advice(), buttons()]).to.deep.equal(['refused', [id['pad-hint:move-clearly']], [id.retry, id.cancel]])
    expect(text('[role=status]')).to.equal(`${id['refused-checkin-title']}. ${id['pad-hint:move-clearly']}`)
  })

  it('refused with a wait, says so and offers no attempt', async () => {
    await attempt({ outcome: 'refused', next: 'wait' })
    expect([advice(), buttons(), inside('details')]).to.deep.equal([[id['refused-unsaid'], id['next-wait']], [id.done], null])
    expect(text('[role=status]')).to.contain(id['next-wait'])
  })

  it('refused for good, leads to the officer', async () => {
    await attempt({ outcome: 'refused', next: 'assisted' })
    expect([advice(), buttons()]).to.deep.equal([[id['next-assisted']], [id.done]])
  })

  it('limited, tells in the fault until when', async () => {
    await untilCamera()
    ports.session.outcome.reject(new LintasError('attempts-limited', 'too many', { details: { retryAfterMs: 60_000 } }))
    await drawn()
    expect([element.state, text('h2')]).to.deep.equal(['error', id['error:attempts-limited']])
    expect(text('[part=wait]')).to.match(/pukul \d\d\.\d\d\.$/u)
    expect(text('[role=status]')).to.contain(text('[part=wait]'))
  })

  for (const code of ['server-origin', 'server-network', 'server-login', 'server-session', 'server-busy', 'server-reply'] as const) {
    it(`has words for ${code}, and no time to wait for`, async () => {
      await untilCamera()
      ports.session.outcome.reject(new LintasError(code, 'from the relay'))
      await drawn()
      expect([text('h2'), text('.lead'), inside('[part=wait]')]).to.deep.equal([id[`error:${code}`], id[`help:${code}`], null])
    })
  }

  it('offers the routes under whatever policy the page has, since the server asks; who is next starts anew', async () => {
    ;(element as LintasCheckin).policy = { pad: 'none' }
    element.subject = 's-1'
    await drawn()
    const choose = async (): Promise<void> => {
      inside('input[value=no-turn]')!.click()
      await drawn()
    }
    await choose()
    await attempt({ outcome: 'refused', next: 'again' })
    expect([ports.session.options, element.route]).to.deep.include('no-turn')
    expect(ports.session.options).to.include({ route: 'no-turn' })
    element.subject = 's-2'
    await drawn()
    expect(element.route).to.equal(undefined)
    await choose()
    await attempt({ outcome: 'review' })
    expect(element.route).to.equal(undefined)
  })
})

describe('an enrolment over a relay', () => {
  beforeEach(() => mount('lintas-enrolment'))

  it('needs no subject, is a challenge of its own purpose, and waits for an officer', async () => {
    await attempt({ outcome: 'pending' })
    expect(ports.session.options).to.include({ purpose: 'enrolment' })
    expect([element.state, text('h2'), text('.lead')]).to.deep.equal(['pending', id['pending-enrolment-title'], id['pending-enrolment-lead']])
    expect(events.map(({ type }) => type)).to.deep.equal(['lintas-decided'])
    expect(events[0]).to.include({ outcome: 'pending', sid: SID })
  })

  it('offers the routes too: who cannot turn their head must be able to enrol', async () => {
    inside('input[value=no-turn]')!.click()
    await drawn()
    await attempt({ outcome: 'refused', hint: 'covered', next: 'again' })
    expect(ports.session.options).to.include({ route: 'no-turn' })
    expect([element.state, text('h2'), advice()]).to.deep.equal(['refused', id['refused-enrolment-title'], [id['reason:quality:covered']]])
  })

  it('admits nobody, whatever comes back', async () => {
    await attempt({ outcome: 'admitted' })
    expect(element.state).to.equal('refused')
  })

  for (const lang of LOCALES) {
    it(`is found faultless by axe while it waits, in ${lang}`, async () => {
      element.lang = lang
      await attempt({ outcome: 'pending' })
      const { violations } = await axe.run(element)
      expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(' ')}`)).to.deep.equal([])
    })
  }
})
