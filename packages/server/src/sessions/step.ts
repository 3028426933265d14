import { ROUTE_STEPS, type Action, type Route } from '@lintas/core/liveness'
import { verifyStep, type StepClaims, type Verified } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import { findSession, listSteps, takeStep, type Scope, type Session } from '../storage/index.js'
import { isForeign, type OpenStep } from './begin.js'
import { keyOf, readCommitment, takenStep, takenSteps, writeCommitment } from './commitment.js'
import { courseOf, drawNext } from './course.js'
import { stepNonce } from './nonce.js'
import { openingSecret } from './opening.js'
import { openPlan } from './open-plan.js'
import type { SessionParts } from './ports.js'
import { answering, refusedSession } from './refusals.js'

/** A step as the browser sends it, and who is logged in at the relay. */
export interface StepRequest {
  readonly message: string
  readonly subjectId: string
}

/** Which frames of the step are to be opened, and what comes next; nothing after the last. */
export interface StepAnswer {
  readonly open: readonly number[]
  readonly next?: OpenStep
}

/**
 * Takes a step once and opens the next. The same message again gets the same answer, as long as nothing came after it.
 * @throws Fault 404, 409 or 410 `session-*`; 401 or 422 `receipt-*`
 */
export async function step(parts: SessionParts, tenantId: string, sid: string, n: number, request: StepRequest): Promise<StepAnswer> {
  return await answering(async () => {
    const { session, steps } = await parts.storage.snapshot(tenantId, async (scope) => ({
      session: await findSession(scope, sid),
      steps: await listSteps(scope, sid),
    }))
    if (session === undefined || isForeign(session, request.subjectId)) throw notFound('session')
    const key = keyOf(session)
    if (key === undefined) throw refusedSession('not-begun')
    const secret = openingSecret(parts.keyring, session)
    // Its key was taken out of the ring while it was under way: to the browser its time is over.
    if (secret === undefined) throw refusedSession('expired')
    const taken = steps.find((row) => row.n === n)
    const nonce = taken === undefined ? stepNonce(secret, sid, n) : readCommitment(taken).claims.nonce
    const message = await verifyStep(request.message, { key, sid, n, nonce })
    const result = await parts.storage.transact(tenantId, (scope) => stepIn(scope, secret, { sid, n, nonce, message }))
    if (result instanceof Fault) throw result
    return result
  })
}

interface Taking {
  readonly sid: string
  readonly n: number
  readonly nonce: string
  readonly message: Verified<StepClaims>
}

async function stepIn(scope: Scope, secret: Uint8Array, { sid, n, nonce, message }: Taking): Promise<StepAnswer | Fault> {
  const session = await findSession(scope, sid)
  if (session?.thumbprint == null || session.route === null) return refusedSession('not-found')
  const route = session.route as Route
  // Read without the lock: where they are not the steps before this one, `takeStep` finds another step open and refuses.
  const before = takenSteps((await listSteps(scope, sid)).filter((row) => row.n < n))
  const { claims, hash } = message
  const now = takenStep((session.action ?? 'blink') as Action, claims)
  const course = courseOf(route, [...before, now])
  const next = course.kind === 'more' ? open(secret, sid, n + 1, drawNext(route, [...before, now], course.failed)) : undefined
  const openFrames = now.done ? openPlan(secret, sid, shapeOf(session, route, before, claims)) : []
  const commitment = writeCommitment({ hash, claims })
  const taking = { n, thumbprint: session.thumbprint, nonce, commitment, openFrames, ...(next === undefined ? {} : { next }) }
  const moved = await takeStep(scope, sid, taking)
  if ('refused' in moved) return (await repeated(scope, secret, sid, n, hash)) ?? refusedSession(moved.refused)
  return { open: openFrames, ...(next === undefined ? {} : { next }) }
}

const open = (secret: Uint8Array, sid: string, n: number, action: Action): OpenStep => ({
  ...{ n, action },
  nonce: stepNonce(secret, sid, n),
})

function shapeOf({ purpose }: Session, route: Route, before: readonly { readonly done: boolean }[], { frames, shows = 0 }: StepClaims) {
  const nth = before.filter(({ done }) => done).length + 1
  return { nth, of: ROUTE_STEPS[route], frames: frames.length, shows, purpose }
}

/** The answer that this very message got before: a browser whose network broke asks again. `undefined` where it is another, or something came after. */
async function repeated(scope: Scope, secret: Uint8Array, sid: string, n: number, hash: string): Promise<StepAnswer | undefined> {
  const session = await findSession(scope, sid)
  const row = (await listSteps(scope, sid)).find((taken) => taken.n === n)
  if (session === undefined || row === undefined || readCommitment(row).hash !== hash) return undefined
  if (session.state === 'stepped' && session.steps === n) return { open: row.openFrames }
  if (session.state !== 'begun' || session.step !== n + 1 || session.action === null) return undefined
  return { open: row.openFrames, next: open(secret, sid, n + 1, session.action as Action) }
}
