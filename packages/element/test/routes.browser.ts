import { expect } from '@esm-bundle/chai'
import 'axe-core/axe.js'
import { ROUTES, type Route } from '@lintas/core'
import '../src/define.js'
import { LOCALES, messagesOf, type LintasCheckin } from '../src/index.js'
import { ADMITTED, FakePorts, INFO, REFUSED, TEMPLATE, settled } from './fakes.js'

declare const axe: { run(context: Element): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }

const id = messagesOf('id')

let ports: FakePorts
let element: LintasCheckin
let told: Route[]

beforeEach(async () => {
  ports = new FakePorts()
  ports.ready.resolve(INFO)
  element = document.createElement('lintas-checkin')
  element.ports = ports
  element.reference = TEMPLATE
  document.body.append(element)
  told = []
  document.body.addEventListener('lintas-route-change', tell)
  await drawn()
})
afterEach(() => {
  document.body.removeEventListener('lintas-route-change', tell)
  document.body.replaceChildren()
})

const tell = ({ route }: HTMLElementEventMap['lintas-route-change']): void => void told.push(route)
const inside = (selector: string): HTMLElement | null => element.renderRoot.querySelector(selector)
const details = (): HTMLDetailsElement => inside('details') as HTMLDetailsElement
const radio = (route: Route): HTMLInputElement => inside(`input[value=${route}]`) as HTMLInputElement
const checked = (): string | undefined => element.renderRoot.querySelector<HTMLInputElement>('input:checked')?.value

async function drawn(): Promise<void> {
  await settled()
  await element.updateComplete
}

async function choose(route: Route): Promise<void> {
  details().open = true
  radio(route).click()
  await drawn()
}

/** An attempt up to its end. */
async function attempt(outcome: typeof ADMITTED): Promise<void> {
  inside('button.main')!.click()
  await drawn()
  ports.cameras.at(-1)?.opening.resolve(ports.camera())
  await drawn()
  ports.finish(outcome)
  await drawn()
}

describe('the choice of route', () => {
  it('is offered before the start and before a retry, closed, and not while an attempt goes on or after it succeeded', async () => {
    expect(details().open).to.equal(false)
    inside('button.main')!.click()
    await drawn()
    expect([element.state, inside('details')]).to.deep.equal(['permission', null])
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    await drawn()
    ports.finish(REFUSED)
    await drawn()
    expect([element.state, details().open]).to.deep.equal(['refused', false])
    await attempt(ADMITTED)
    expect([element.state, inside('details')]).to.deep.equal(['admitted', null])
  })

  it('offers every route by its words, and the one that stands is chosen', () => {
    const words = [...element.renderRoot.querySelectorAll('label')].map((label) => label.textContent.trim())
    expect(words).to.deep.equal((Object.keys(ROUTES) as Route[]).map((route) => id[`route:${route}`]))
    expect(checked()).to.equal('standard')
  })

  it('is told: by the property, the attribute, one event that crosses the shadow root, and the words of the closed control', async () => {
    await choose('no-turn')
    expect([element.route, element.getAttribute('route'), told]).to.deep.equal(['no-turn', 'no-turn', ['no-turn']])
    expect(inside('[part=route]')?.textContent).to.equal(`Pilihan Anda: ${id['route:no-turn']}`)
    await choose('no-turn')
    await choose('standard')
    expect([element.getAttribute('route'), told]).to.deep.equal(['standard', ['no-turn', 'standard']])
    expect(inside('[part=route]')).to.equal(null)
  })

  it('reaches the session, and survives a refusal, a retry and a cancelled attempt', async () => {
    await choose('no-blink')
    await attempt(REFUSED)
    expect(checked()).to.equal('no-blink')
    await attempt(REFUSED)
    expect(ports.sessions.map(({ options }) => (options as { route?: Route }).route)).to.deep.equal(['no-blink', 'no-blink'])
    inside('button.plain')!.click()
    await drawn()
    expect([element.state, checked(), element.route]).to.deep.equal(['idle', 'no-blink', 'no-blink'])
  })

  it('may be made anew before a retry', async () => {
    await attempt(REFUSED)
    await choose('no-mouth')
    await attempt(REFUSED)
    expect(ports.session.options).to.include({ route: 'no-mouth' })
  })

  it('ends with an admission: the next person starts from what the page set', async () => {
    await choose('no-blink')
    await choose('distance')
    await attempt(ADMITTED)
    expect([element.hasAttribute('route'), element.route]).to.deep.equal([false, undefined])
    element.route = 'no-mouth'
    inside('button.main')!.click()
    await drawn()
    await choose('no-turn')
    await attempt(ADMITTED)
    expect(element.getAttribute('route')).to.equal('no-mouth')
    expect(told).to.deep.equal(['no-blink', 'distance', 'no-turn'])
  })

  it('ends with an admission even where the page is ready for the next person at once', async () => {
    await choose('no-blink')
    element.addEventListener('lintas-result', () => void element.reset(), { once: true })
    await attempt(ADMITTED)
    expect([element.state, element.route, checked()]).to.deep.equal(['idle', undefined, 'standard'])
  })

  it('is the next person’s own when they choose before the page has their reference', async () => {
    element.reference = null
    await drawn()
    await choose('no-turn')
    element.reference = { ...TEMPLATE, subjectId: 's-2' }
    await drawn()
    expect(element.route).to.equal('no-turn')
  })

  it('ends with another person’s reference, but not with a newer one of the same person', async () => {
    await choose('no-blink')
    element.reference = { ...TEMPLATE, quality: 1 }
    await drawn()
    expect(element.route).to.equal('no-blink')
    element.reference = { ...TEMPLATE, subjectId: 's-2' }
    await drawn()
    expect(element.route).to.equal(undefined)
  })

  it('follows the page, and what the page set meanwhile stays', async () => {
    await choose('no-blink')
    element.setAttribute('route', 'distance')
    await drawn()
    expect([checked(), told]).to.deep.equal(['distance', ['no-blink']])
    await attempt(ADMITTED)
    expect(element.route).to.equal('distance')
  })

  it('is not there where the page has its own, or nothing is asked for, or nobody is checked in', async () => {
    element.toggleAttribute('hide-routes', true)
    await drawn()
    expect([inside('details'), element.hideRoutes]).to.deep.equal([null, true])
    element.toggleAttribute('hide-routes', false)
    element.policy = { pad: 'none' }
    await drawn()
    expect(inside('details')).to.equal(null)
    element.policy = { pad: 'high' }
    await drawn()
    expect(inside('details')).not.to.equal(null)
    const enrolment = document.createElement('lintas-enrolment')
    document.body.append(enrolment)
    await enrolment.updateComplete
    expect(enrolment.renderRoot.querySelector('details')).to.equal(null)
  })
})

describe('the choice of route, opened,', () => {
  for (const state of ['idle', 'refused'] as const) {
    for (const lang of LOCALES) {
      it(`is found faultless by axe in the state ${state} in ${lang}`, async () => {
        element.lang = lang
        if (state === 'refused') await attempt(REFUSED)
        await choose('distance')
        const { violations } = await axe.run(element)
        expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(' ')}`)).to.deep.equal([])
      })

      it(`fits into 320 pixels with targets of 44 pixels or more in the state ${state} in ${lang}`, async () => {
        element.lang = lang
        element.style.setProperty('inline-size', '320px')
        if (state === 'refused') await attempt(REFUSED)
        await choose('distance')
        const { right } = element.getBoundingClientRect()
        const targets = [...element.renderRoot.querySelectorAll('summary, label')]
        expect(targets).to.have.lengthOf(6)
        for (const target of targets) {
          const box = target.getBoundingClientRect()
          expect(Math.min(box.width, box.height), target.textContent).to.be.at.least(44)
          expect(box.right).to.be.at.most(right)
          expect(target.scrollWidth, target.textContent).to.be.at.most(Math.ceil(box.width))
        }
      })
    }
  }

  it('moves no button, and choosing moves nothing', async () => {
    const tops = (selector: string): number[] => [...element.renderRoot.querySelectorAll(selector)].map((one) => one.getBoundingClientRect().top)
    const buttons = tops('button')
    await choose('standard')
    expect(tops('button')).to.deep.equal(buttons)
    const all = tops('button, summary, label')
    await choose('distance')
    expect(tops('button, summary, label')).to.deep.equal(all)
  })

  it('keeps the keyboard where it is while a choice is made', async () => {
    details().open = true
    radio('no-blink').focus()
    radio('no-blink').click()
    await drawn()
    expect(element.shadowRoot?.activeElement).to.equal(radio('no-blink'))
  })
})
