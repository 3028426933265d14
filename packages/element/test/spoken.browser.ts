import { expect } from '@esm-bundle/chai'
import '../src/define.js'
import { messagesOf, type LintasCheckin } from '../src/index.js'
import { FakePorts, INFO, REFUSED, TEMPLATE, settled } from './fakes.js'
import { FakeSpeech, voice } from './fake-speech.js'

const id = messagesOf('id')
const NAMES = ['speechSynthesis', 'SpeechSynthesisUtterance'] as const
const own = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const)

let ports: FakePorts
let element: LintasCheckin
let speech: FakeSpeech

beforeEach(() => {
  speech = new FakeSpeech([voice('en-GB', { localService: true }), voice('id-ID', { localService: true }), voice('id-ID', { default: true })])
  const utterance = speech.utterance
  // Called with `new`: what it returns takes the place of `this`.
  const Utterance = function (text: string): SpeechSynthesisUtterance {
    return utterance(text)
  }
  Object.defineProperty(globalThis, 'speechSynthesis', { configurable: true, value: speech.synthesis })
  Object.defineProperty(globalThis, 'SpeechSynthesisUtterance', { configurable: true, value: Utterance })
  ports = new FakePorts()
  ports.ready.resolve(INFO)
  element = document.createElement('lintas-checkin')
  element.ports = ports
  element.reference = TEMPLATE
  document.body.append(element)
})
afterEach(() => {
  document.body.replaceChildren()
  for (const [name, descriptor] of own) Object.defineProperty(globalThis, name, descriptor)
})

const region = (): HTMLElement => element.renderRoot.querySelector<HTMLElement>('[aria-live=assertive]')!

async function drawn(): Promise<void> {
  await settled()
  await element.updateComplete
}

/** Brings an attempt to its first action. */
async function untilActing(): Promise<void> {
  void element.start()
  await drawn()
  ports.cameras.at(-1)?.opening.resolve(ports.camera())
  await drawn()
  ports.session.options.onPrompt?.({ action: 'turn-left', step: 1, of: 3, again: false })
  await drawn()
}

describe('an asked action', () => {
  it('is an assertive text beside the polite one, changed once an action', async () => {
    await drawn()
    const texts: string[] = []
    new MutationObserver(() => texts.push(region().textContent)).observe(region(), { characterData: true, childList: true, subtree: true })
    await untilActing()
    ports.session.options.onProgress?.(0.3)
    ports.session.options.onHint?.('too-far')
    await drawn()
    ports.session.options.onPrompt?.(undefined)
    ports.session.options.onHint?.('face-forward')
    await drawn()
    ports.session.options.onPrompt?.({ action: 'blink', step: 1, of: 3, again: true })
    await drawn()
    expect(texts).to.have.lengthOf(2)
    expect(texts[0]).to.match(/^Tolehkan kepala ke kiri\. Gerakan 1 dari 3\./u)
    expect(texts[1]).to.match(/^Gerakan sebelumnya belum sesuai\. Kedipkan kedua mata sekali\. Gerakan 1 dari 3\./u)
    expect(region().getAttribute('aria-atomic')).to.equal('true')
    expect(region().getBoundingClientRect().width).to.be.at.most(1)
  })
})

describe('speak', () => {
  it('is off by default: nothing is said aloud', async () => {
    await untilActing()
    expect(speech.said).to.deep.equal([])
  })

  it('says what the live regions say, with a voice of the device in the language of the element', async () => {
    element.toggleAttribute('speak', true)
    await untilActing()
    expect(speech.texts.at(-1)).to.equal(region().textContent)
    ports.finish(REFUSED)
    await drawn()
    expect(speech.texts.at(-1)).to.contain(id['reason:comparison:non-match'])
    for (const { voice: chosen } of speech.said) expect(chosen).to.include({ lang: 'id-ID', localService: true })
    element.reset()
    element.lang = 'en'
    await untilActing()
    expect(speech.said.at(-1)).to.deep.include({ lang: 'en-GB' })
    expect(speech.texts.at(-1)).to.contain('Turn your head to your left. Action 1 of 3.')
  })

  for (const [how, leave] of [
    ['is given up', () => element.cancel()],
    ['leaves the document', () => element.remove()],
    ['loses the attribute', () => element.removeAttribute('speak')],
  ] as const) {
    it(`is silent at once when the element ${how}`, async () => {
      element.toggleAttribute('speak', true)
      await untilActing()
      const { cancelled } = speech
      const { length } = speech.said
      leave()
      await drawn()
      expect([speech.cancelled, speech.said.length]).to.deep.equal([cancelled + 1, length])
    })
  }

  it('does without a browser that cannot speak', async () => {
    for (const name of NAMES) Object.defineProperty(globalThis, name, { configurable: true, value: undefined })
    element.speak = true
    await untilActing()
    expect(element.state).to.equal('acting')
  })
})
