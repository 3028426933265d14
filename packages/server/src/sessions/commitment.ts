import type { Action } from '@lintas/core/liveness'
import type { PublicJwk, StepClaims } from '@lintas/core/receipt'
import type { Session, SessionStep } from '../storage/index.js'
import type { TakenStep } from './course.js'

/** What a step's message committed to, as it is kept. */
export interface Commitment {
  /** The message's identity. */
  readonly hash: string
  readonly claims: StepClaims
}

export const writeCommitment = (commitment: Commitment): string => JSON.stringify(commitment)

/** What {@link writeCommitment} wrote; the rows are the server's own. */
export const readCommitment = ({ commitment }: Pick<SessionStep, 'commitment'>): Commitment => JSON.parse(commitment) as Commitment

export const takenStep = (action: Action, { shows, dark }: StepClaims): TakenStep => ({ action, done: shows !== undefined, dark: dark === true })

/** Steps as the course reads them. */
export const takenSteps = (steps: readonly SessionStep[]): readonly TakenStep[] =>
  steps.map((step) => takenStep(step.action as Action, readCommitment(step).claims))

/** The key that a session is bound to; `undefined` before it has begun. */
export const keyOf = ({ publicKey }: Session): PublicJwk | undefined => (publicKey === null ? undefined : (JSON.parse(publicKey) as PublicJwk))
