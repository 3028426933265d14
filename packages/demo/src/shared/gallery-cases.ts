import {
  LintasError,
  ERROR_CODES,
  type Action,
  type Analyser,
  type CheckInOutcome,
  type EnrolmentOutcome,
  type ErrorCode,
  type Hint,
  type PadHint,
  type RefusalReason,
  type Route,
  type ServerOutcome,
  type Template,
} from '@lintas/core'
import { messagesOf, type MessageKey, type Ports } from '@lintas/element'

/** One state of the gallery: a name that can stand in an address, and the fakes that bring the element there. */
export interface GalleryCase {
  readonly name: string
  readonly group: 'refused' | 'error' | 'hint' | 'other'
  /** Whose state it is. */
  readonly kind: 'checkin' | 'enrolment'
  readonly ports: Ports
  /** The route that is chosen before the start: nothing is started then. */
  readonly route?: Route
  /** A server decided. */
  readonly relayed?: true
}

/** Nobody's reference: the gallery compares nothing. */
export const NOBODY: Template = {
  schema: 'lintas-template/1',
  subjectId: 'gallery',
  embeddings: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  sampleCount: 5,
  quality: 1,
}

const CLAIM = { assurance: 'client-asserted', pad: { outcome: 'undetermined', reasons: ['not-assessed'] } } as const

const never = <T>(): Promise<T> => new Promise(() => undefined)

const ANALYSER: Analyser = {
  ready: Promise.resolve({ backend: 'wasm', threads: 1, detector: 'onnx', models: [], spaces: [], fallbacks: [] }),
  analyse: () => never(),
  reset: () => undefined,
  close: () => undefined,
}

const WORKING: Ports = {
  createAnalyser: () => ANALYSER,
  cameraPermission: () => Promise.resolve('prompt'),
  openCamera: () => Promise.resolve({ close: () => undefined }),
  createCheckIn: () => ({ run: () => never() }),
  createEnrolment: () => ({ run: () => never() }),
  createServerCheckIn: () => ({ run: () => never() }),
}

/** Every case, in the order in which the gallery lists them. */
export function galleryCases(): readonly GalleryCase[] {
  const checkIn = (group: GalleryCase['group'], name: string, ports: Ports): GalleryCase => ({ name, group, kind: 'checkin', ports })
  return [
    ...keysOf('reason').map((reason) => (isRefusal(reason) ? checkIn('refused', reason, refusing(reason)) : disagreeing(reason))),
    ...keysOf('pad-hint').map((hint) => checkIn('refused', `pad-hint:${hint}`, unproven(hint as PadHint))),
    ...ERROR_CODES.map((code) => checkIn('error', code, failing(code))),
    ...keysOf('hint').map((hint) => checkIn('hint', `hint:${hint}`, hinting(hint as Hint))),
    ...keysOf('route').map((route): GalleryCase => ({
      name: `route:${route}`,
      group: 'other',
      kind: 'checkin',
      ports: WORKING,
      route: route as Route,
    })),
    ...keysOf('action').map((action) => checkIn('other', `action:${action}`, asking(action as Action))),
    checkIn('other', 'admitted', ending({ decision: 'admitted', reasons: [] })),
    { name: 'enrolled', group: 'other', kind: 'enrolment', ports: enrolling({ ...CLAIM, outcome: 'enrolled', template: NOBODY }) },
    relayed('pending', 'enrolment', { outcome: 'pending' }),
    relayed('review', 'checkin', { outcome: 'review' }),
    relayed('kept', 'checkin', { outcome: 'waiting', since: '2026-11-24T01:00:00.000Z', next: 'wait' }),
    relayed('unsaid', 'checkin', { outcome: 'refused', next: 'again' }),
    relayed('wait', 'checkin', { outcome: 'refused', hint: 'more-light', next: 'wait' }),
    relayed('assisted', 'checkin', { outcome: 'refused', next: 'assisted' }),
    { ...relayed('server', 'checkin', { outcome: 'review' }), ports: waiting },
    checkIn('other', 'loading', { ...WORKING, createAnalyser: loading }),
    checkIn('other', 'permission', { ...WORKING, openCamera: () => never() }),
    checkIn('other', 'comparing', waiting),
  ]
}

/** The case that an address names after its `#`; undefined for none, and for what is no name at all. */
export function caseAt(hash: string, cases: readonly GalleryCase[]): GalleryCase | undefined {
  let name: string
  try {
    name = decodeURIComponent(hash.slice(1))
  } catch {
    // Not an encoded text, e.g. `#%`: somebody typed it.
    return undefined
  }
  return cases.find((one) => one.name === name)
}

/** The codes of one kind, as the locale lists them: what has no sentence has no place here, and the element's tests see that none is missing. */
export function keysOf(kind: 'reason' | 'hint' | 'action' | 'route' | 'pad-hint'): readonly string[] {
  const keys = Object.keys(messagesOf('id')) as MessageKey[]
  return keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1))
}

/** `samples-disagree` belongs to enrolments. */
function isRefusal(reason: string): reason is RefusalReason {
  return reason !== 'samples-disagree'
}

function disagreeing(name: string): GalleryCase {
  return { name, group: 'refused', kind: 'enrolment', ports: enrolling({ ...CLAIM, outcome: 'refused', reasons: ['samples-disagree'] }) }
}

function enrolling(outcome: EnrolmentOutcome): Ports {
  return { ...WORKING, createEnrolment: () => ({ run: () => Promise.resolve(outcome) }) }
}

function refusing(reason: RefusalReason): Ports {
  return ending({ decision: 'refused', reasons: [reason] })
}

/** Liveness stayed open, and there is something to do better. */
function unproven(hint: PadHint): Ports {
  return ending({ decision: 'refused', reasons: ['pad:undetermined'], pad: { ...CLAIM.pad, hint } })
}

function ending(outcome: Pick<CheckInOutcome, 'decision' | 'reasons'> & Partial<Pick<CheckInOutcome, 'pad'>>): Ports {
  const full: CheckInOutcome = {
    ...CLAIM,
    ...outcome,
    calibration: { id: 'gallery', origin: 'shipped' },
    at: new Date().toISOString(),
  }
  return { ...WORKING, createCheckIn: () => ({ run: () => Promise.resolve(full) }) }
}

function relayed(name: string, kind: GalleryCase['kind'], outcome: Omit<ServerOutcome, 'sid' | 'assurance'>): GalleryCase {
  const run = (): Promise<ServerOutcome> => Promise.resolve({ ...outcome, sid: 'gallery'.repeat(3), assurance: 'server-verified' })
  return { name, group: 'other', kind, relayed: true, ports: { ...WORKING, createServerCheckIn: () => ({ run }) } }
}

/** A fault where it would happen: cameras fail on opening, everything else while loading. */
function failing(code: ErrorCode): Ports {
  const error = new LintasError(code, 'shown in the gallery')
  if (code.startsWith('camera-')) return { ...WORKING, openCamera: () => Promise.reject(error) }
  const ready: Analyser['ready'] = Promise.reject(error)
  ready.catch(() => undefined)
  return { ...WORKING, createAnalyser: () => ({ ...ANALYSER, ready }) }
}

function asking(action: Action): Ports {
  return {
    ...WORKING,
    createCheckIn: () => ({
      run: (_video, run) => {
        run.onProgress?.(1 / 3)
        run.onPrompt?.({ action, step: 2, of: 3, again: action === 'turn-left' })
        return never()
      },
    }),
  }
}

function hinting(hint: Hint): Ports {
  return {
    ...WORKING,
    createCheckIn: () => ({
      run: (_video, run) => {
        if (hint === 'hold-still') run.onPhase?.('holding')
        run.onProgress?.(hint === 'hold-still' ? 0.5 : 0)
        run.onHint?.(hint)
        return never()
      },
    }),
  }
}

const waiting: Ports = {
  ...WORKING,
  createCheckIn: () => ({ run: (_video, run) => (run.onPhase?.('comparing'), never()) }),
  createServerCheckIn: () => ({ run: (_video, run) => (run?.onPhase?.('comparing'), never()) }),
}

const loading: Ports['createAnalyser'] = ({ onProgress }) => {
  queueMicrotask(() => onProgress?.({ loadedBytes: 12_400_000, totalBytes: 33_200_000, fraction: 12.4 / 33.2 }))
  return { ...ANALYSER, ready: never() }
}
