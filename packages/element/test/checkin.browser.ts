import { expect } from '@esm-bundle/chai'
import { LintasError } from '@lintas/core/errors'
import 'axe-core/axe.js'
import { ERROR_CODES } from '@lintas/core/errors'
import { CORE_PORTS } from '../src/core-ports.js'
import '../src/define.js'
import { LintasCheckin, LintasEnrolment, LOCALES, messagesOf, type CaptureState, type LintasEventMap } from '../src/index.js'
import { CLAIM, ADMITTED, FakePorts, INFO, REFUSED, TEMPLATE, settled } from './fakes.js'

declare const axe: { run(context: Element): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }> }

const EVENTS: readonly (keyof LintasEventMap)[] = [
  'lintas-state-change',
  'lintas-hint',
  'lintas-progress',
  'lintas-result',
  'lintas-enrolment',
  'lintas-error',
  'lintas-cancel',
]

let ports: FakePorts
let element: LintasCheckin
let events: Event[]

function mount<T extends 'lintas-checkin' | 'lintas-enrolment'>(tag: T): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag)
  made.ports = ports
  document.body.append(made)
  return made
}

beforeEach(() => {
  ports = new FakePorts()
  element = mount('lintas-checkin')
  element.reference = TEMPLATE
  events = []
  for (const name of EVENTS) document.body.addEventListener(name, record)
})

afterEach(() => {
  for (const name of EVENTS) document.body.removeEventListener(name, record)
  document.body.replaceChildren()
})

const record = (event: Event): void => void events.push(event)
const inside = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector)
const text = (selector: string): string => inside(selector)?.textContent.trim() ?? ''
const primary = (): HTMLButtonElement => inside('button.main') as HTMLButtonElement

async function drawn(): Promise<void> {
  await settled()
  await element.updateComplete
}

/** What brings the element to each state, in fakes. */
const WAYS: Readonly<Record<Exclude<CaptureState, 'enrolled' | 'waiting'>, () => Promise<void>>> = {
  idle: () => drawn(),
  loading: async () => {
    await begin()
    ports.analysers[0]?.options.onProgress?.({ loadedBytes: 1.5e6, totalBytes: 3e6, fraction: 0.5 })
    await drawn()
  },
  permission: async () => {
    await begin()
    ports.ready.resolve(INFO)
    await drawn()
  },
  searching: async () => {
    await WAYS.permission()
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    await drawn()
    ports.session.options.onHint?.('too-far')
    await drawn()
  },
  holding: async () => {
    await WAYS.permission()
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    await drawn()
    ports.session.options.onPhase?.('holding')
    ports.session.options.onProgress?.(0.5)
    await drawn()
  },
  acting: async () => {
    await WAYS.holding()
    ports.session.options.onPrompt?.({ action: 'turn-left', step: 2, of: 3, again: true })
    await drawn()
  },
  comparing: async () => {
    await WAYS.searching()
    ports.session.options.onPhase?.('comparing')
    await drawn()
  },
  admitted: async () => {
    await WAYS.searching()
    ports.finish(ADMITTED)
    await drawn()
  },
  pending: async () => {
    element.relay = '/lintas-api/'
    await WAYS.searching()
    ports.finish({ outcome: 'review', sid: 's'.repeat(22), next: 'wait', assurance: 'server-verified' })
    await drawn()
  },
  refused: async () => {
    await WAYS.searching()
    ports.finish({ ...REFUSED, reasons: ['quality:too-dark', 'timeout'] })
    await drawn()
  },
  error: async () => {
    await WAYS.permission()
    ports.cameras.at(-1)?.opening.reject(new LintasError('camera-denied', 'no'))
    await drawn()
  },
}
const STATES = Object.keys(WAYS) as (keyof typeof WAYS)[]

async function begin(): Promise<void> {
  void element.start()
  await drawn()
}

describe('<lintas-checkin>', () => {
  for (const state of STATES) {
    describe(`in the state ${state}`, () => {
      beforeEach(() => WAYS[state]())

      it('tells it as property and attribute', () => {
        expect(element.state).to.equal(state)
        expect(element.getAttribute('state')).to.equal(state)
      })

      for (const lang of LOCALES) {
        it(`is found faultless by axe in ${lang}`, async () => {
          element.lang = lang
          await drawn()
          const { violations } = await axe.run(element)
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).to.deep.equal([])
        })
      }

      it('fits into 320 pixels, with controls of 44 pixels or more', async () => {
        document.body.append(element)
        element.style.setProperty('inline-size', '320px')
        await drawn()
        for (const button of element.renderRoot.querySelectorAll('button')) {
          const { height, width, right } = button.getBoundingClientRect()
          expect(Math.min(height, width)).to.be.at.least(44)
          expect(right).to.be.at.most(element.getBoundingClientRect().right)
        }
      })

      it('has no inline style', () => {
        expect(element.renderRoot.querySelectorAll('[style]')).to.have.lengthOf(0)
      })
    })
  }

  it('starts with the tap of its button, and not before', async () => {
    await drawn()
    expect(ports.analysers).to.have.lengthOf(0)
    primary().click()
    await drawn()
    expect(element.state).to.equal('loading')
  })

  it('tells its whole way in events that cross the shadow root', async () => {
    await WAYS.admitted()
    const states = events.flatMap((event) => ('state' in event && event.type === 'lintas-state-change' ? [event.state] : []))
    expect(states).to.deep.equal(['loading', 'permission', 'searching', 'admitted'])
    expect(events.map(({ type }) => type)).to.include.members(['lintas-hint', 'lintas-result'])
    // Of liveness the page is told what it came to, and no reason, layer or score.
    expect(events.at(-1)).to.have.deep.property('outcome', { ...ADMITTED, pad: { outcome: ADMITTED.pad.outcome } })
  })

  it('shows bytes while loading', async () => {
    await WAYS.loading()
    expect(text('[part=bytes]')).to.equal('1,5 MB dari 3,0 MB')
    expect((inside('progress') as HTMLProgressElement).value).to.equal(0.5)
  })

  it('says plainly that liveness was not checked', async () => {
    await WAYS.admitted()
    expect(text('[part=pad-unchecked]')).to.contain(messagesOf('id')['pad-unchecked'])
    expect(text('[role=status]')).to.contain(messagesOf('id')['pad-unchecked'])
  })

  it('does not say so when it was', async () => {
    await WAYS.searching()
    ports.finish({ ...ADMITTED, pad: { outcome: 'bona-fide', reasons: [] } })
    await drawn()
    expect(element.state).to.equal('admitted')
    expect(inside('[part=pad-unchecked]')).to.equal(null)
  })

  it('shows no score: nobody climbs it', async () => {
    await WAYS.searching()
    const comparison = {
      decision: 'non-match',
      score: 0.1234,
      threshold: 0.4321,
      fmr: 0.001,
      calibration: { id: 'x', origin: 'shipped' },
      perSpace: {},
    } as const
    ports.finish({ ...REFUSED, comparison })
    await drawn()
    expect(element.renderRoot.textContent).not.to.match(/1234|4321/u)
  })

  it('shows reasons that can be acted on and tries again', async () => {
    await WAYS.refused()
    const shown = [...element.renderRoot.querySelectorAll('li')].map((item) => item.textContent)
    expect(shown).to.deep.equal([messagesOf('id')['reason:quality:too-dark'], messagesOf('id')['reason:timeout']])
    primary().click()
    await drawn()
    expect(element.state).to.equal('permission')
  })

  for (const lang of LOCALES) {
    it(`has words for every fault in ${lang}`, async () => {
      element.lang = lang
      for (const code of ERROR_CODES) {
        ports = new FakePorts()
        ports.ready.reject(new LintasError(code, 'x'))
        element.ports = ports
        await begin()
        expect(text('h2'), code).to.equal(messagesOf(lang)[`error:${code}`])
        expect(text('[part=code]')).to.contain(code)
        element.reset()
      }
    })
  }

  it('says a hint once', async () => {
    await WAYS.searching()
    const said: string[] = []
    const region = inside('[role=status]') as HTMLElement
    new MutationObserver(() => said.push(region.textContent.trim())).observe(region, { characterData: true, childList: true, subtree: true })
    expect(region.textContent.trim()).to.equal(messagesOf('id')['hint:too-far'])
    for (let i = 0; i < 20; i++) {
      ports.session.options.onHint?.('too-far')
      ports.session.options.onProgress?.(i / 20)
      await drawn()
    }
    expect(said).to.deep.equal([])
    expect(text('.hint')).to.equal(messagesOf('id')['hint:too-far'])
  })

  it('keeps the keyboard inside when the pressed button goes away, on nothing that a second press would trigger', async () => {
    await drawn()
    primary().focus()
    primary().click()
    await drawn()
    expect(element.renderRoot.querySelector(':focus')?.className).to.equal('panel')
  })

  it('does not take the focus from elsewhere on the page', async () => {
    const outside = document.createElement('button')
    document.body.append(outside)
    outside.focus()
    await WAYS.admitted()
    expect(document.activeElement).to.equal(outside)
  })

  it('changes its language while it runs', async () => {
    await WAYS.searching()
    element.lang = 'en-GB'
    await drawn()
    expect(text('.hint')).to.equal(messagesOf('en')['hint:too-far'])
    expect(inside('.card')?.lang).to.equal('en')
  })

  it('takes an integrator’s words', async () => {
    element.messages = { 'checkin-start': 'Absen sekarang' }
    await drawn()
    expect(primary().textContent.trim()).to.equal('Absen sekarang')
  })

  it('takes attributes in plain HTML', async () => {
    const host = document.createElement('div')
    host.append(document.createRange().createContextualFragment('<lintas-checkin assets="/x/" subject="s-1" lang="en" camera="c"></lintas-checkin>'))
    document.body.append(host)
    const made = host.firstElementChild as LintasCheckin
    expect([made.assets, made.subject, made.lang, made.camera]).to.deep.equal(['/x/', 's-1', 'en', 'c'])
    made.ports = ports
    made.reference = TEMPLATE
    void made.start()
    await drawn()
    expect(ports.analysers[0]?.options.assets).to.equal('/x/')
  })

  it('leaving the document stops the camera; coming back works', async () => {
    await WAYS.searching()
    expect(ports.live).to.equal(1)
    element.remove()
    expect(ports.live).to.equal(0)
    expect(ports.session.options.signal?.aborted).to.equal(true)
    document.body.append(element)
    await WAYS.searching()
    expect([element.state, ports.live]).to.deep.equal(['searching', 1])
  })

  it('uses an analyser of the page and never closes it', async () => {
    const own = ports.createAnalyser({ assets: '/' })
    element.analyser = own
    await WAYS.searching()
    element.remove()
    expect(ports.analysers).to.have.lengthOf(1)
    expect(ports.analysers[0]?.closed).to.equal(false)
  })

  it('cancels, and tells so', async () => {
    await WAYS.searching()
    ;(inside('button.plain') as HTMLButtonElement).click()
    await drawn()
    expect(element.state).to.equal('idle')
    expect(events.at(-1)).to.include({ type: 'lintas-cancel', state: 'searching' })
  })

  it('several on a page do not know of each other', async () => {
    const other = mount('lintas-checkin')
    await WAYS.searching()
    expect(other.state).to.equal('idle')
  })

  it('plays a real camera, mirrored, and stops it in every way out', async () => {
    const video = (): HTMLVideoElement => inside('video') as HTMLVideoElement
    ports.openCamera = CORE_PORTS.openCamera
    ports.ready.resolve(INFO)
    for (const leave of [() => element.cancel(), () => element.remove(), () => ports.finish(ADMITTED)]) {
      document.body.append(element)
      element.reset()
      void element.start()
      while (element.state !== 'searching') await drawn()
      const [track] = (video().srcObject as MediaStream).getVideoTracks()
      expect(track?.readyState).to.equal('live')
      expect(getComputedStyle(video()).transform).to.equal('matrix(-1, 0, 0, 1, 0, 0)')
      leave()
      await drawn()
      expect(track?.readyState).to.equal('ended')
      expect(video().srcObject).to.equal(null)
    }
  })
})

describe('<lintas-enrolment>', () => {
  let enrolment: LintasEnrolment

  beforeEach(async () => {
    enrolment = mount('lintas-enrolment')
    enrolment.subject = 's-9'
    ports.ready.resolve(INFO)
    void enrolment.start()
    await settled()
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    await settled()
  })

  it('hands the subject to the session and the template to the page', async () => {
    expect(ports.session.options).to.include({ subjectId: 's-9' })
    ports.finish({ ...CLAIM, outcome: 'enrolled', template: TEMPLATE })
    await settled()
    await enrolment.updateComplete
    expect(enrolment.state).to.equal('enrolled')
    expect(events.at(-1)).to.have.nested.property('outcome.template', TEMPLATE)
    expect((await axe.run(enrolment)).violations).to.deep.equal([])
  })

  it('shows why it refused', async () => {
    ports.finish({ ...CLAIM, outcome: 'refused', reasons: ['samples-disagree'] })
    await settled()
    await enrolment.updateComplete
    expect(enrolment.renderRoot.querySelector('li')?.textContent).to.equal(messagesOf('id')['reason:samples-disagree'])
  })

  it('without a subject ends in an error, not in a nameless reference', async () => {
    enrolment.reset()
    enrolment.subject = undefined
    await enrolment.start()
    expect(enrolment.state).to.equal('error')
    expect(ports.sessions).to.have.lengthOf(1)
  })
})

describe('define', () => {
  it('may be loaded twice', async () => {
    // Another address is another module: its code runs again.
    const again = '../src/define.ts?again'
    await import(again)
    expect(customElements.get('lintas-checkin')).to.equal(LintasCheckin)
    expect(customElements.get('lintas-enrolment')).to.equal(LintasEnrolment)
  })
})
