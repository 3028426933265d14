import { createHmac } from 'node:crypto'
import type { Purpose } from '@lintas/core/receipt'

/** A step that was done, and of how many. */
export interface DoneShape {
  /** The how many-th step that was done it is, from 1: a step that was not done and its replacement are one. */
  readonly nth: number
  /** How many steps the route asks for, without one more for darkness. */
  readonly of: number
  /** Candidates that the step commits to, 1 or more. */
  readonly frames: number
  /** The one that shows the action. */
  readonly shows: number
  readonly purpose: Purpose
}

/** One step in so many opens one frame more than it must, whatever the other steps opened. */
const ONE_IN = 3

/**
 * Which frames of a done step are to be opened, ascending. `shows` always; of an enrolment the closing frame too. Of a check-in besides two in all: the
 * closing frame of one step, and of one step any but `shows`; and of every other step, the one for darkness too, one more in a third of cases, half of
 * them the closing frame. So what was opened of the steps before never says that of this one nothing more will be. Drawn from a secret and the session:
 * every instance draws the same and nobody outside knows it before committing. Where the closing frame is `shows` itself, any other takes its place; a
 * step has no more than its frames.
 * @param secret 32 bytes that nobody outside knows
 */
export function openPlan(secret: Uint8Array, sid: string, shape: DoneShape): readonly number[] {
  const { nth, of, frames, shows, purpose } = shape
  const draw = (label: string, choices: number): number => drawBelow(secret, `${sid}/${label}`, choices)
  const open = new Set([shows])
  const openAny = (label: string): void => {
    const others = Array.from({ length: frames }, (_, index) => index).filter((index) => !open.has(index))
    const drawn = others[draw(label, Math.max(1, others.length))]
    if (drawn !== undefined) open.add(drawn)
  }
  const openClosing = (): void => {
    if (open.has(frames - 1)) openAny(`instead of closing/${nth}`)
    else open.add(frames - 1)
  }
  if (purpose === 'enrolment') openClosing()
  else {
    if (nth === 1 + draw('closing of', of)) openClosing()
    if (nth === 1 + draw('any of', of)) openAny(`any/${nth}`)
    else if (draw(`one more/${nth}`, ONE_IN) === 0) {
      if (draw(`closing/${nth}`, 2) === 0) openClosing()
      else openAny(`any/${nth}`)
    }
  }
  return [...open].sort((left, right) => left - right)
}

/** A whole number from 0 to below `choices`. 48 bits: with 12 choices the unevenness is below 1 in 10¹³. */
function drawBelow(secret: Uint8Array, label: string, choices: number): number {
  return createHmac('sha256', secret).update(`lintas-open/1/${label}`).digest().readUIntBE(0, 6) % choices
}
