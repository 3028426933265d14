import { expect } from '@esm-bundle/chai'
import 'axe-core/axe.js'
import { LintasError } from '@lintas/core/errors'
import '../src/define.js'
import { LOCALES, messagesOf, type LintasCheckin } from '../src/index.js'
import { FakePorts, INFO, settled } from './fakes.js'

declare const axe: { run(context: Element): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }

const id = messagesOf('id')
let ports: FakePorts
let element: LintasCheckin

const inside = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector)
const text = (selector: string): string => inside(selector)?.textContent.trim() ?? ''
const field = (): HTMLInputElement => inside('#office-code') as HTMLInputElement
const focused = (): string | undefined => element.shadowRoot?.activeElement?.id
const place = (): unknown => (ports.session.options as { place?: unknown }).place

async function drawn(): Promise<void> {
  await settled()
  await element.updateComplete
}

async function mount(attributes: Readonly<Record<string, string>>): Promise<void> {
  ports = new FakePorts()
  ports.ready.resolve(INFO)
  element = document.createElement('lintas-checkin')
  element.ports = ports
  for (const [name, value] of Object.entries({ 'no-offline': '', ...attributes })) element.setAttribute(name, value)
  document.body.append(element)
  await drawn()
}

const asking = { relay: '/lintas-api/', office: 'hall', 'ask-code': '' }

async function begin(): Promise<void> {
  inside('button.main')!.click()
  await drawn()
  ports.cameras.at(-1)?.opening.resolve(ports.camera())
  await drawn()
}

async function fail(code: string): Promise<void> {
  ports.session.outcome.reject(new LintasError('server-place', 'not taken', { details: { code, status: 422 } }))
  await drawn()
}

afterEach(() => document.body.replaceChildren())

describe('a check-in in an office', () => {
  it('tells the office, and asks for no code unless the page wants one', async () => {
    await mount({ relay: '/lintas-api/', office: 'hall' })
    expect(inside('#office-code')).to.equal(null)
    await begin()
    expect(place()).to.deep.equal({ office: 'hall' })
  })

  for (const attributes of [
    { relay: '/lintas-api/' },
    { relay: '/lintas-api/', 'ask-code': '' },
    { relay: '/lintas-api/', office: '', 'ask-code': '' },
  ]) {
    it(`tells none, and asks for no code, with ${JSON.stringify(attributes)}`, async () => {
      await mount(attributes)
      expect(inside('#office-code')).to.equal(null)
      await begin()
      expect(place()).to.equal(undefined)
    })
  }

  it('asks for no code where no server decides', async () => {
    await mount({ office: 'hall', 'ask-code': '' })
    expect(inside('#office-code')).to.equal(null)
  })

  it('asks for the code before the camera, in a field for digits that nobody fills in by itself', async () => {
    await mount(asking)
    expect(text('label[for=office-code]')).to.equal(id['office-code-label'])
    expect([field().inputMode, field().autocomplete, field().getAttribute('aria-invalid')]).to.deep.equal(['numeric', 'off', 'false'])
    expect(text('[role=alert]')).to.equal('')
    field().value = ' 012 345 '
    await begin()
    expect(place()).to.deep.equal({ office: 'hall', code: '012345' })
    expect(inside('#office-code')).to.equal(null)
  })

  for (const typed of ['', '12345', '1234567', '12345a', '１２３４５６']) {
    it(`starts nothing with "${typed}", says so, and puts the keyboard into the field`, async () => {
      await mount(asking)
      field().value = typed
      await begin()
      expect([ports.cameras.length, ports.relayed.length, element.state]).to.deep.equal([0, 0, 'idle'])
      expect([text('[role=alert]'), field().getAttribute('aria-invalid'), focused()]).to.deep.equal([id['office-code-digits'], 'true', 'office-code'])
      expect(field().value).to.equal(typed)
      field().value = '123456'
      await begin()
      expect(place()).to.deep.equal({ office: 'hall', code: '123456' })
    })
  }

  it('starts with Enter, too', async () => {
    await mount(asking)
    field().value = '123456'
    field().dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }))
    await drawn()
    expect(element.state).to.equal('idle')
    field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    await drawn()
    expect(element.state).to.equal('permission')
  })

  it('whose code is wrong is asked for the one that is shown now, with the keyboard in the field', async () => {
    await mount(asking)
    field().value = '123456'
    inside('button.main')!.focus()
    await begin()
    await fail('place-code')
    expect([element.state, text('h2'), text('.lead')]).to.deep.equal(['error', id['error:server-place'], id['help:server-place']])
    expect([text('[role=alert]'), field().value, focused(), ports.live]).to.deep.equal([id['office-code-wrong'], '', 'office-code', 0])
    field().value = '654321'
    await begin()
    expect(place()).to.deep.equal({ office: 'hall', code: '654321' })
    // A code does not last as long as a download.
    expect(ports.analysers.map(({ closed }) => closed)).to.deep.equal([false])
  })

  it('in an office that the server does not know blames no code', async () => {
    await mount(asking)
    field().value = '123456'
    await begin()
    await fail('place-office')
    expect([text('h2'), text('[role=alert]'), text('[part=code]')]).to.deep.equal([id['error:server-place'], '', 'Kode: server-place'])
  })

  it('asks anew before every further attempt, whoever starts it', async () => {
    await mount(asking)
    field().value = '123456'
    await begin()
    ports.finish({ outcome: 'refused', next: 'again', sid: 's'.repeat(22), assurance: 'server-verified' })
    await drawn()
    expect(field().value).to.equal('')
    field().value = '111111'
    await begin()
    expect(place()).to.deep.equal({ office: 'hall', code: '111111' })
    ports.finish({ outcome: 'admitted', next: 'done', sid: 's'.repeat(22), assurance: 'server-verified' })
    await drawn()
    await element.start()
    expect([element.state, text('[role=alert]'), focused()]).to.deep.equal(['idle', id['office-code-digits'], 'office-code'])
    element.askCode = false
    await begin()
    expect(place()).to.deep.equal({ office: 'hall' })
  })

  for (const lang of LOCALES) {
    it(`is found faultless by axe while it asks, and after a wrong code, in ${lang}`, async () => {
      await mount({ ...asking, lang })
      const faults = async (): Promise<string[]> => (await axe.run(element)).violations.map(({ id: rule }) => rule)
      expect(await faults()).to.deep.equal([])
      await begin()
      expect(await faults()).to.deep.equal([])
      field().value = '123456'
      await begin()
      await fail('place-code')
      expect(await faults()).to.deep.equal([])
    })
  }
})
