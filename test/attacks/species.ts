import { webcam } from './camera.js'
import { holdMask, holesOf } from './eye-holes.js'
import { drawHead, headOf } from './head.js'
import { NEUTRAL, scripted, together, tremor, turnedAbout, type Motion } from './motion.js'
import { plateOf } from './portrait.js'
import { bendPrint, holdPrint, printOf } from './print.js'
import { randomOf } from './random.js'
import { room } from './room.js'
import { showOnScreen } from './screen.js'
import type { Attack, FullOptions, Picture, Presentation, ScriptedAction, Source } from './types.js'

/** When frame `index` is taken, milliseconds. */
const timeOf = (index: number, fps: number): number => (index * 1000) / fps

/** A scene before a webcam. */
function filmed({ seed, fps }: FullOptions, scene: (timestampMs: number) => Picture): Presentation {
  const camera = webcam(seed)
  return (index) => camera(scene(timeOf(index, fps)), index, timeOf(index, fps))
}

/** What an attacker does with a flat thing: follows what is asked, or turns it about. Paper neither blinks nor opens its mouth. */
function handMotion({ seed, actions }: FullOptions, idle: Motion): Motion {
  return together(tremor(seed, 1.3), actions.length > 0 ? scripted(actions, 1.3) : idle)
}

const still: Motion = () => NEUTRAL

/** The puppet's film without what a camera adds. */
export async function puppetScene({ portrait, seed }: Pick<FullOptions, 'portrait' | 'seed'>, actions: readonly ScriptedAction[]): Promise<Source> {
  const head = headOf(await plateOf(portrait))
  const motion = together(tremor(seed), scripted(actions))
  return (timestampMs) => drawHead(head, motion(timestampMs))
}

/** The puppet before a webcam. */
async function puppetFilm(options: FullOptions): Promise<Presentation> {
  return filmed(options, await puppetScene(options, options.actions))
}

const otherThan = ({ portrait, other }: FullOptions): NonNullable<FullOptions['other']> => other ?? (portrait === 'biden' ? 'obama' : 'biden')

function printed(motionOf: (options: FullOptions) => Motion, radius?: number): Attack['prepare'] {
  return async (options) => {
    const print = printOf(await plateOf(options.portrait))
    const [background, motion] = [room(options.seed), motionOf(options)]
    return filmed(options, (timestampMs) => {
      const stance = motion(timestampMs)
      return radius === undefined ? holdPrint(background, print, stance) : bendPrint(background, print, radius, stance)
    })
  }
}

async function masked(options: FullOptions): Promise<Presentation> {
  const [plate, other] = [await plateOf(options.portrait), await plateOf(otherThan(options))]
  const [print, holes, background] = [printOf(plate), holesOf(plate, other), room(options.seed)]
  const head = headOf(other)
  const motion = handMotion(options, still)
  // Whoever looks through the holes blinks when told to, and every two seconds when nothing is asked.
  const blinks = options.actions.length > 0 ? options.actions : idleBlinks(options)
  const face = scripted(blinks.filter(({ action }) => action === 'blink'))
  return filmed(options, (timestampMs) => {
    const behind = drawHead(head, { ...NEUTRAL, blink: face(timestampMs).blink })
    return holdMask(background, print, holes, behind, motion(timestampMs))
  })
}

function idleBlinks({ seconds, seed }: FullOptions): readonly ScriptedAction[] {
  const first = 300 + 500 * randomOf(seed, 4).next()
  return Array.from({ length: Math.ceil(seconds / 2) }, (_, index) => ({ action: 'blink', startMs: first + 2000 * index, holdMs: 120 }))
}

function onScreen(sourceOf: (options: FullOptions) => Promise<Source>): Attack['prepare'] {
  return async (options) => {
    const source = options.source ?? (await sourceOf(options))
    const background = room(options.seed)
    return filmed(options, (timestampMs) => showOnScreen(background, source(timestampMs), screenStance(options, timestampMs), timestampMs))
  }
}

/** A screen is held or stands; nobody turns it about, for what is asked the film does. */
const screenStance = ({ seed }: FullOptions, timestampMs: number): ReturnType<Motion> => tremor(seed + 1, 0.8)(timestampMs)

async function photograph({ portrait }: FullOptions): Promise<Source> {
  const picture = drawHead(headOf(await plateOf(portrait)), NEUTRAL)
  return () => picture
}

/** The same times, every action moved on by one: another order wherever two actions differ. */
export function reordered(actions: readonly ScriptedAction[]): readonly ScriptedAction[] {
  return actions.map((scriptedAction, index) => ({ ...scriptedAction, action: actions[(index + 1) % actions.length]!.action }))
}

async function looped(options: FullOptions): Promise<Presentation> {
  const film = await puppetFilm(options)
  const period = Math.max(1, Math.round(((options.periodMs ?? 2000) * options.fps) / 1000))
  return (index) => film(index % period)
}

async function frozen(options: FullOptions): Promise<Presentation> {
  const film = await puppetFilm(options)
  const last = Math.round(((options.freezeAtMs ?? options.seconds * 400) * options.fps) / 1000)
  return (index) => film(Math.min(index, last))
}

async function injectedStill(options: FullOptions): Promise<Presentation> {
  const source = await photograph(options)
  return () => source(0)
}

async function injectedCut(options: FullOptions): Promise<Presentation> {
  const [first, second] = [await puppetFilm(options), await puppetFilm({ ...options, portrait: otherThan(options) })]
  const cut = Math.round(((options.cutAtMs ?? options.seconds * 500) * options.fps) / 1000)
  return (index) => (index < cut ? first(index) : second(index))
}

const attack = (channel: Attack['channel'], says: string, prepare: Attack['prepare']): Attack => ({ channel, says, prepare })

/** Every way to present a portrait, by its name. */
export const SPECIES = {
  'photo-held': attack(
    'presented',
    'a printed photo held before the camera, by a hand that trembles',
    printed((options) => tremor(options.seed, 1.3)),
  ),
  'photo-moved': attack(
    'presented',
    'a printed photo moved, tilted and turned, to 40°',
    printed((options) => handMotion(options, turnedAbout(options.seed))),
  ),
  'print-bent': attack(
    'presented',
    'a print bent round a cylinder of half its width, and turned',
    printed((options) => handMotion(options, gentle(options.seed)), 1 / 2),
  ),
  'print-bent-tight': attack(
    'presented',
    'the same, a third of its width',
    printed((options) => handMotion(options, gentle(options.seed)), 1 / 3),
  ),
  'eye-holes': attack('presented', 'a print with holes, through which another person’s eyes look and blink', masked),
  'photo-on-screen': attack('presented', 'the portrait on a display', onScreen(photograph)),
  replay: attack(
    'presented',
    'a recorded session, its actions in another order, on a display',
    onScreen((options) => puppetScene(options, options.recorded ?? reordered(options.actions))),
  ),
  looped: attack('injected', 'a recording that begins anew every two seconds, byte for byte', looped),
  frozen: attack('injected', 'a recording that stops at a frame', frozen),
  'injected-still': attack('injected', 'the portrait itself, without noise, jitter or motion', injectedStill),
  'injected-cut': attack('injected', 'one person’s stream, and from the middle on another’s', injectedCut),
  puppet: attack('presented', 'the portrait warped in three dimensions to do what is asked; serves as the living person too', puppetFilm),
} as const satisfies Readonly<Record<string, Attack>>

/** One of {@link SPECIES}. */
export type Species = keyof typeof SPECIES

/** Turned about the upright axis to 30°, tilted a little. */
function gentle(seed: number): Motion {
  const motion = turnedAbout(seed)
  return (timestampMs) => {
    const stance = motion(timestampMs)
    return { ...stance, yaw: 0.75 * stance.yaw, pitch: 0.25 * stance.pitch }
  }
}
