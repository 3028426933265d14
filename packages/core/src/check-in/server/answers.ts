import { LintasError } from '../../errors/index.js'
import { EVIDENCE_LIMITS } from '../../evidence/index.js'
import { ROUTES, type Action, type Route } from '../../liveness/index.js'
import { ShapeError, shapeChoice, shapeList, shapeNumber, shapeObject, shapePattern, shapeText } from '../../options/index.js'
import { MAX_MESSAGE_LENGTH, MAX_STEPS } from '../../receipt/index.js'
import type { NextAct, ServerOutcome } from './types.js'

/** A session as the relay opened it. */
export interface OpenedSession {
  readonly sid: string
  readonly token: string
}

/** An action that the server asks for. */
export interface AskedStep {
  /** From 1. */
  readonly n: number
  readonly action: Action
  readonly nonce: string
}

/** The answer to a step. */
export interface TakenAnswer {
  /** Which of the step's frames are wanted. */
  readonly open: readonly number[]
  /** Absent after the last. */
  readonly next?: AskedStep
}

/** What only a server says. */
export type AnsweredOutcome = ServerOutcome & { readonly outcome: 'admitted' | 'refused' | 'review' | 'pending' }

const OUTCOMES = ['admitted', 'refused', 'review'] as const
const NEXT_ACTS: readonly NextAct[] = ['done', 'again', 'wait', 'assisted']
const ID = /^[\w-]{16,128}$/
/** A later version's hint must not hide an outcome. */
const HINT = /^[a-z][a-z-]{0,39}$/

/** @throws LintasError `server-reply`, as all below */
export function readSession(answer: unknown): OpenedSession {
  return reading(() => {
    const { sid, token } = shapeObject(answer, '$', ['sid', 'token'], ['expiresAt'])
    return { sid: shapePattern(sid, 'sid', ID, 'an id'), token: shapeText(token, 'token', MAX_MESSAGE_LENGTH) }
  })
}

/** The first step, where the server will ask for `steps` actions. */
export function readBegun(answer: unknown, route: Route, steps: number): AskedStep {
  return reading(() => {
    const begun = shapeObject(answer, '$', ['step', 'steps'])
    shapeNumber(begun['steps'], 'steps', (value) => value === steps, `${steps}, as the route has`)
    return askedStep(begun['step'], 'step', route, 1)
  })
}

/** The answer to step `n`, which committed to `frames` frames. */
export function readTaken(answer: unknown, route: Route, n: number, frames: number): TakenAnswer {
  return reading(() => {
    const taken = shapeObject(answer, '$', ['open'], ['next'])
    const open = shapeList(taken['open'], 'open', 0, EVIDENCE_LIMITS.framesPerStep).map((index, place) => {
      return shapeNumber(index, `open[${place}]`, (value) => Number.isInteger(value) && value >= 0 && value < frames, 'the index of a frame')
    })
    if (new Set(open).size < open.length) throw new ShapeError('open', 'a list without repeats', open)
    return taken['next'] === undefined ? { open } : { open, next: askedStep(taken['next'], 'next', route, n + 1) }
  })
}

/** What the server decided: of a check-in, or of an enrolment. */
export function readOutcome(answer: unknown, sid: string): AnsweredOutcome {
  return reading(() => {
    const verified = { sid, assurance: 'server-verified' } as const
    if (typeof answer === 'object' && answer !== null && 'enrolmentId' in answer) {
      const { enrolmentId, state } = shapeObject(answer, '$', ['enrolmentId', 'state'])
      return { outcome: shapeChoice(state, 'state', ['pending']), enrolmentId: shapePattern(enrolmentId, 'enrolmentId', ID, 'an id'), ...verified }
    }
    const { outcome, hint, next } = shapeObject(answer, '$', ['outcome'], ['hint', 'next'])
    return {
      outcome: shapeChoice(outcome, 'outcome', OUTCOMES),
      ...(hint !== undefined && { hint: shapePattern(hint, 'hint', HINT, 'a hint') as NonNullable<ServerOutcome['hint']> }),
      ...(next !== undefined && { next: shapeChoice(next, 'next', NEXT_ACTS) }),
      ...verified,
    }
  })
}

function askedStep(value: unknown, path: string, route: Route, n: number): AskedStep {
  const step = shapeObject(value, path, ['n', 'action', 'nonce'])
  return {
    n: shapeNumber(step['n'], `${path}.n`, (number) => number === n && n <= MAX_STEPS, String(n)),
    action: shapeChoice(step['action'], `${path}.action`, ROUTES[route]),
    nonce: shapePattern(step['nonce'], `${path}.nonce`, ID, 'an id'),
  }
}

/** What the answer says is not repeated, only where it is wrong. */
function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause
    throw new LintasError('server-reply', `the server's answer is not of the protocol: ${cause.path}`, { cause, details: { path: cause.path } })
  }
}
