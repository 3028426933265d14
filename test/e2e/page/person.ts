import type { Action } from '@lintas/core'
import { jpegsIn } from '../../evaluation/pad/page/clip.js'

/** From an action's reveal to its beginning, milliseconds: somebody reads, understands and moves. */
const REACTION_MS = 700

/**
 * Sideways and up and down, how far somebody sways, pixels, and the seconds that each takes: an action that is asked for twice is of one film, and without
 * it a picture would come in two steps, which no living person's does and the server refuses.
 */
const SWAY = { x: { pixels: 6, seconds: 7.3 }, y: { pixels: 4, seconds: 5.1 } }

/** Somebody before the camera who does what is asked, made of pictures. */
export interface Person {
  /** Does it, soon; what they cannot do they leave. */
  does(action: Action): void
}

/**
 * Puts a person before the page's camera: from now on every camera that is opened is a canvas that shows pictures of them.
 * @param actions what they can do
 */
export async function standBeforeCamera(actions: readonly Action[], fps: number): Promise<Person> {
  const idle = await film('idle')
  const films = new Map<Action, readonly Blob[]>()
  for (const action of actions) films.set(action, await film(action))
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
  const context = canvas.getContext('2d')
  let acting: { readonly frames: readonly Blob[]; at: number } | undefined
  let idleAt = 0
  const show = async (): Promise<void> => {
    const frame = acting?.frames[acting.at] ?? idle[idleAt++ % idle.length]
    if (acting && ++acting.at >= acting.frames.length) acting = undefined
    if (frame && context) swayed(context, await createImageBitmap(frame))
  }
  await show()
  setInterval(() => void show(), 1000 / fps)
  navigator.mediaDevices.getUserMedia = () => {
    const stream = canvas.captureStream(fps)
    lintasTracks.push(...stream.getTracks())
    return Promise.resolve(stream)
  }
  return {
    does(action) {
      const frames = films.get(action)
      if (frames) setTimeout(() => (acting = { frames, at: 0 }), REACTION_MS)
    },
  }
}

/** Drawn a little larger than the picture, so that no edge shows. */
function swayed(context: CanvasRenderingContext2D, picture: ImageBitmap): void {
  const [x, y] = [offset(SWAY.x), offset(SWAY.y)]
  const { width, height } = context.canvas
  const scale = Math.max(1 + (2 * SWAY.x.pixels) / width, 1 + (2 * SWAY.y.pixels) / height)
  context.drawImage(picture, (width - scale * width) / 2 + x, (height - scale * height) / 2 + y, scale * width, scale * height)
}

function offset({ pixels, seconds }: { readonly pixels: number; readonly seconds: number }): number {
  return pixels * Math.sin((2 * Math.PI * performance.now()) / 1000 / seconds)
}

async function film(name: string): Promise<readonly Blob[]> {
  const response = await fetch(`/person/${name}`)
  const jpegs = jpegsIn(new Uint8Array(await response.arrayBuffer()))
  return jpegs.map((jpeg) => new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }))
}
