import { expect } from '@esm-bundle/chai'
import '../src/define.js'
import { messagesOf, type LintasCheckin, type LintasEnrolment } from '../src/index.js'
import { ADMITTED, FakePorts, INFO, REFUSED, TEMPLATE, settled } from './fakes.js'

const id = messagesOf('id')

let ports: FakePorts
let element: LintasCheckin

beforeEach(() => {
  ports = new FakePorts()
  element = document.createElement('lintas-checkin')
  element.ports = ports
  element.reference = TEMPLATE
  document.body.append(element)
})
afterEach(() => document.body.replaceChildren())

const inside = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector)
const press = (selector: string): void => inside(selector)?.click()
const spoken = (): string => inside('[role=status]')?.textContent.trim() ?? ''
const focused = (): Element | null => element.shadowRoot?.activeElement ?? null
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function drawn(): Promise<void> {
  await settled()
  await element.updateComplete
}

/** Starts and brings the attempt to an open camera. */
async function untilCamera(): Promise<void> {
  void element.start()
  ports.ready.resolve(INFO)
  await drawn()
  ports.cameras.at(-1)?.opening.resolve(ports.camera())
  await drawn()
}

/** Every text that the live region had. */
function listen(): string[] {
  const region = inside('[role=status]')!
  const texts: string[] = []
  new MutationObserver(() => texts.push(spoken())).observe(region, { characterData: true, childList: true, subtree: true })
  return texts
}

describe('the live region', () => {
  it('says a fault again that a retry meets at once', async () => {
    ports.permission = 'denied'
    await element.start()
    await drawn()
    const texts = listen()
    press('button.main')
    await after(400)
    const sentence = `${id['error:camera-denied']}. ${id['help:camera-denied']}`
    expect(texts.at(-1)).to.equal(sentence)
    expect(texts.length).to.be.at.least(2)
  })

  it('says a fault again that came before anything was drawn', async () => {
    element.reference = undefined
    await element.start()
    await drawn()
    const texts = listen()
    press('button.main')
    await after(400)
    expect(texts).to.deep.equal(['', `${id['error:template-invalid']}. ${id['help:template-invalid']}`])
  })

  it('says a refusal again after a retry', async () => {
    await untilCamera()
    ports.finish(REFUSED)
    await drawn()
    const texts = listen()
    press('button.main')
    await drawn()
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    await drawn()
    ports.finish(REFUSED)
    await after(400)
    expect(texts.at(-1)).to.contain(id['reason:comparison:non-match'])
  })

  for (const [how, leave] of [
    ['the button', () => press('button.main')],
    ['reset()', () => element.reset()],
  ] as const) {
    it(`is empty for the next person after ${how}`, async () => {
      await untilCamera()
      ports.finish(ADMITTED)
      await drawn()
      expect(spoken()).to.contain(id['admitted-title'])
      leave()
      await drawn()
      expect(spoken()).to.equal('')
    })
  }
})

describe('the keyboard', () => {
  it('stays on Cancel while the attempt goes on', async () => {
    void element.start()
    await drawn()
    const cancel = inside('button.plain')!
    cancel.focus()
    ports.ready.resolve(INFO)
    await drawn()
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    await drawn()
    expect([element.state, focused()]).to.deep.equal(['searching', cancel])
    ports.session.options.onPhase?.('searching')
    ports.session.options.onPhase?.('holding')
    await after(1400)
    expect([element.state, focused()]).to.deep.equal(['holding', cancel])
    ports.session.options.onPhase?.('searching')
    await after(1400)
    expect([element.state, focused()]).to.deep.equal(['searching', cancel])
    ports.session.options.onPhase?.('comparing')
    await drawn()
    expect([element.state, focused()]).to.deep.equal(['comparing', cancel])
    ports.finish(ADMITTED)
    await drawn()
    expect(focused()?.className).to.equal('panel')
  })
})

describe('what is absent', () => {
  const NOTHING = [null, undefined]

  for (const nothing of NOTHING) {
    it(`is absent as ${String(nothing)} too`, async () => {
      Object.assign(element, { assets: nothing, subject: nothing, camera: nothing, lang: nothing })
      Object.assign(element, { policy: nothing, calibration: nothing, analyser: nothing, messages: nothing })
      await untilCamera()
      expect(element.state).to.equal('searching')
      expect(ports.analysers[0]?.options).to.include({ assets: '/lintas/' })
      expect(ports.cameras[0]?.request.deviceId).to.equal(undefined)
      expect(ports.checkInOptions).not.to.have.any.keys('policy', 'calibration')
      expect(inside('.card')?.lang).to.equal('id')
    })

    it(`is a reference that is ${String(nothing)}: nobody is compared`, async () => {
      Object.assign(element, { reference: nothing })
      await element.start()
      expect(inside('[part=code]')?.textContent).to.contain('template-invalid')
    })

    it(`is a subject that is ${String(nothing)}: nobody is enrolled`, async () => {
      const enrolment: LintasEnrolment = document.createElement('lintas-enrolment')
      enrolment.ports = ports
      Object.assign(enrolment, { subject: nothing })
      document.body.append(enrolment)
      await enrolment.start()
      expect(enrolment.state).to.equal('error')
    })
  }

  it('is what an attribute said before it was removed', async () => {
    for (const [name, value] of Object.entries({ assets: '/x/', subject: 's-2', camera: 'c', lang: 'en' })) {
      element.setAttribute(name, value)
      element.removeAttribute(name)
    }
    await untilCamera()
    expect([element.state, ports.analysers[0]?.options.assets, inside('.card')?.lang]).to.deep.equal(['searching', '/lintas/', 'id'])
  })
})

describe('start()', () => {
  it('before the element is attached starts nothing, then or later', async () => {
    const early = document.createElement('lintas-checkin')
    early.ports = ports
    early.reference = TEMPLATE
    await early.start()
    early.cancel()
    document.body.append(early)
    await early.updateComplete
    await settled()
    expect([early.state, ports.analysers.length]).to.deep.equal(['idle', 0])
  })

  for (const how of ['cancel', 'reset'] as const) {
    it(`can be taken back by ${how}() at once`, async () => {
      const started = element.start()
      element[how]()
      await started
      expect([element.state, ports.analysers.length]).to.deep.equal(['idle', 0])
    })
  }

  it('is taken back by leaving the document at once', async () => {
    const started = element.start()
    element.remove()
    await started
    expect([element.state, ports.analysers.length]).to.deep.equal(['idle', 0])
  })
})

describe('an element that moves', () => {
  it('keeps its result', async () => {
    await untilCamera()
    ports.finish(ADMITTED)
    await drawn()
    const elsewhere = document.createElement('section')
    document.body.append(elsewhere)
    elsewhere.append(element)
    await drawn()
    expect(element.state).to.equal('admitted')
    expect(inside('h2')?.textContent).to.equal(id['admitted-title'])
    press('button.main')
    await untilCamera()
    expect([element.state, ports.analysers.length]).to.deep.equal(['searching', 1])
  })

  it('for good, mid-attempt, tells that it was given up, with the camera off', async () => {
    await untilCamera()
    const told: [string, number][] = []
    element.addEventListener('lintas-cancel', ({ state }) => told.push([state, ports.live]))
    element.remove()
    expect(told).to.deep.equal([['searching', 0]])
  })
})

describe('a code that this version does not know', () => {
  it('is shown, with the words of an unexpected fault', async () => {
    ports.ready.reject(Object.assign(new Error('from another core'), { name: 'LintasError', code: 'moon-phase' }))
    await element.start()
    await drawn()
    expect(inside('h2')?.textContent).to.equal(id['error:unexpected'])
    expect(inside('[part=code]')?.textContent).to.contain('moon-phase')
    expect(spoken()).to.contain(id['help:unexpected'])
    expect(element.state).to.equal('error')
  })
})
