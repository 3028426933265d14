import { EVIDENCE_LIMITS } from '../../../packages/core/src/evidence/index.js'
import type { Action } from '../../../packages/core/src/liveness/index.js'
import type { Films, Portrait } from './films.js'
import type { StepSource } from './person.js'

/**
 * Films of one portrait, each used once in a session.
 * @param turn which variant is used first: an enrolment and a check-in of one subject must not be of one film, or it is a replay, and told so
 */
export function filmed({ info, steps }: Films, portrait: Portrait, turn = 0): StepSource {
  const used = new Map<Action, number>()
  return {
    info,
    take: (action) => {
      const own = steps.filter((film) => film.portrait === portrait && film.action === action)
      const count = used.get(action) ?? 0
      used.set(action, count + 1)
      const film = own[(turn + count) % own.length]
      if (film === undefined || count >= own.length) throw new Error(`no film of ${portrait} is left for ${action}`)
      return film.record
    },
  }
}

/** From an action's reveal to its closing frame, milliseconds: the server takes no step before 300. */
const QUICK_MS = 320

/** Evidence that is in order and shows nobody, of less than a second: for servers whose verifier is told what to say. @param name makes its bytes its own */
export function quick(name: string): StepSource {
  let count = 0
  return {
    info: { detector: 'onnx', files: [] },
    take: (action) => {
      count += 1
      const times = Array.from({ length: 4 }, (_, index) => 1 + (index * QUICK_MS) / 3)
      const jpegs = times.map((time) => new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...new TextEncoder().encode(`${name} ${count} ${time}`)]))
      const region = { x: 0, y: 0, width: 400, height: 400 }
      const frames = times.map((timestampMs) => ({ timestampMs, region, width: 400, height: 400 }))
      const samples = [0, ...times].map((timestampMs) => ({ timestampMs, width: 640, height: 480, faceCount: 0 }))
      return {
        series: { action, revealedMs: 0, doneMs: times[2] ?? NaN, samples, frames },
        jpegs: jpegs.slice(0, EVIDENCE_LIMITS.framesPerStep),
        shows: 2,
      }
    },
  }
}
