import { generateServerKey, hashText, publicJwks, randomId, signDecision, type DecisionClaims, type ServerKey } from '@lintas/core/receipt'
import type { LintasAnswer, LintasClient, LintasRequest } from '../../src/agency/index.js'

/** Bytes that begin as a JPEG does, and are no text. */
export const PORTRAIT = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 1, 254, 255])

/** A LINTAS server as the demo agency sees it, kept in a test's hand. It knows the routes of the API and none of its rules. */
export class FakeLintas {
  readonly requests: LintasRequest[] = []
  readonly subjects: string[] = []
  readonly consents = new Map<string, string>()
  readonly references: {
    readonly enrolmentId: string
    readonly subjectId: string
    state: 'pending' | 'active'
    readonly possibleDuplicate: boolean
    readonly incomplete: boolean
  }[] = []
  readonly decisions = new Map<string, string>()
  attendance: readonly object[] = []
  devices: readonly object[] = []
  reviews: readonly { readonly sid: string }[] = []
  /** Answers instead of everything else. */
  answer: LintasAnswer | undefined
  readonly #key: ServerKey

  private constructor(key: ServerKey) {
    this.#key = key
  }

  static async open(): Promise<FakeLintas> {
    return new FakeLintas(await generateServerKey())
  }

  readonly client: LintasClient = (request) => {
    this.requests.push(request)
    return Promise.resolve(this.answer ?? this.#route(request))
  }

  /** Decides a session as the server would, with some claims changed. */
  async decide(sid: string, sub: string, changed: Partial<DecisionClaims> = {}, key: ServerKey = this.#key): Promise<void> {
    const claims = {
      ...{ iss: 'lintas', aud: 'demo', sid, sub, purpose: 'check-in', outcome: 'admitted', assurance: 'server-verified', seq: 1 },
      ...{ head: await hashText('head'), jti: randomId(), iat: 1_795_500_000, at: 1_795_500_000 },
      ...changed,
    } as DecisionClaims
    this.decisions.set(sid, await signDecision(claims, key))
  }

  #route({ method, path, body, second }: LintasRequest): LintasAnswer {
    const [resource = '', id = '', action = ''] = path.replace('/v1/', '').split('?')[0]?.split('/').map(decodeURIComponent) ?? []
    switch (`${method} ${resource} ${action}`.trim()) {
      case 'POST subjects':
        this.subjects.push(`subject-${this.subjects.length + 1}`)
        return { status: 201, body: { subjectId: this.subjects.at(-1) } }
      case 'GET subjects':
        return { status: 200, body: this.#held(id) }
      case 'POST subjects consents':
        this.consents.set(id, (body as { text: string }).text)
        return { status: 201, body: {} }
      case 'DELETE subjects consents':
        this.consents.delete(id)
        return { status: 200, body: {} }
      case 'GET subjects devices':
        return { status: 200, body: { devices: this.devices } }
      case 'POST devices bind':
        return { status: 200, body: {} }
      case 'GET sessions decision':
        return this.decisions.has(id) ? { status: 200, body: { decision: this.decisions.get(id) } } : { status: 404, body: { code: 'not-decided' } }
      case 'GET keys':
        return { status: 200, body: publicJwks([this.#key]) }
      case 'GET attendance':
        return { status: 200, body: { timeZone: 'Asia/Jakarta', days: this.attendance } }
      case 'GET enrolments':
        return {
          status: 200,
          body: { enrolments: this.references.filter(({ state }) => state === 'pending').map((one) => ({ ...one, createdAt: 'x' })) },
        }
      case 'GET enrolments portrait':
        return this.references.some(({ enrolmentId, state }) => enrolmentId === id && state === 'pending')
          ? { status: 200, body: undefined, jpeg: PORTRAIT }
          : { status: 404, body: { code: 'not-found', detail: 'There is no such portrait' } }
      case 'GET reviews':
        return { status: 200, body: { timeZone: 'Asia/Jakarta', reviews: this.reviews } }
      case 'POST reviews accept':
        return second === undefined ? { status: 409, body: { code: 'review-second-subject', detail: 'Two are needed' } } : this.#settled(id)
      case 'POST reviews reject':
        return this.#settled(id)
      case 'POST enrolments approve':
        return this.#approve(id, second)
      default:
        return { status: 404, body: { code: 'not-found', detail: 'There is nothing at this address' } }
    }
  }

  #settled(id: string): LintasAnswer {
    this.reviews = this.reviews.filter(({ sid }) => sid !== id)
    return { status: 200, body: {} }
  }

  #held(subjectId: string): object {
    return {
      consents: this.consents.has(subjectId) ? [{ withdrawnAt: null }] : [],
      references: this.references.filter((one) => one.subjectId === subjectId),
    }
  }

  #approve(id: string, second: string | undefined): LintasAnswer {
    const found = this.references.find(({ enrolmentId }) => enrolmentId === id)
    if (found === undefined) return { status: 404, body: { code: 'not-found', detail: 'There is no such enrolment' } }
    if (found.possibleDuplicate && second === undefined) return { status: 409, body: { code: 'approval-second', detail: 'Two are needed' } }
    found.state = 'active'
    return { status: 200, body: { state: 'active' } }
  }
}
