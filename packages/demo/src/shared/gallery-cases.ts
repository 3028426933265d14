import { LintasError, ERROR_CODES, type Analyser, type CheckInOutcome, type ErrorCode, type Hint, type RefusalReason } from '@lintas/core'
import { messagesOf, type MessageKey, type Ports } from '@lintas/element'

/** One state of the gallery: a name that can stand in an address, and the fakes that bring the element there. */
export interface GalleryCase {
  readonly name: string
  readonly group: 'refused' | 'error' | 'hint' | 'other'
  readonly ports: Ports
}

const never = <T>(): Promise<T> => new Promise(() => undefined)

const ANALYSER: Analyser = {
  ready: Promise.resolve({ backend: 'wasm', threads: 1, detector: 'onnx', models: [], fallbacks: [] }),
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
}

/** Every case, in the order in which the gallery lists them. */
export function galleryCases(): readonly GalleryCase[] {
  return [
    ...keysOf('reason')
      .filter(isRefusal)
      .map((reason): GalleryCase => ({ name: reason, group: 'refused', ports: refusing(reason) })),
    ...ERROR_CODES.map((code): GalleryCase => ({ name: code, group: 'error', ports: failing(code) })),
    ...keysOf('hint').map((hint): GalleryCase => ({ name: `hint:${hint}`, group: 'hint', ports: hinting(hint as Hint) })),
    { name: 'admitted', group: 'other', ports: ending({ decision: 'admitted', reasons: [] }) },
    { name: 'loading', group: 'other', ports: { ...WORKING, createAnalyser: loading } },
    { name: 'permission', group: 'other', ports: { ...WORKING, openCamera: () => never() } },
    {
      name: 'comparing',
      group: 'other',
      ports: { ...WORKING, createCheckIn: () => ({ run: (_video, run) => (run.onPhase?.('comparing'), never()) }) },
    },
  ]
}

/** The codes of one kind, as the locale lists them: what has no sentence has no place here, and the element's tests see that none is missing. */
export function keysOf(kind: 'reason' | 'hint'): readonly string[] {
  const keys = Object.keys(messagesOf('id')) as MessageKey[]
  return keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1))
}

/** `samples-disagree` belongs to enrolments. */
function isRefusal(reason: string): reason is RefusalReason {
  return reason !== 'samples-disagree'
}

function refusing(reason: RefusalReason): Ports {
  return ending({ decision: 'refused', reasons: [reason] })
}

function ending(outcome: Pick<CheckInOutcome, 'decision' | 'reasons'>): Ports {
  const full: CheckInOutcome = {
    ...outcome,
    assurance: 'client-asserted',
    pad: { outcome: 'undetermined', reasons: ['not-assessed'] },
    at: new Date().toISOString(),
  }
  return { ...WORKING, createCheckIn: () => ({ run: () => Promise.resolve(full) }) }
}

/** A fault where it would happen: cameras fail on opening, everything else while loading. */
function failing(code: ErrorCode): Ports {
  const error = new LintasError(code, 'shown in the gallery')
  if (code.startsWith('camera-')) return { ...WORKING, openCamera: () => Promise.reject(error) }
  const ready: Analyser['ready'] = Promise.reject(error)
  ready.catch(() => undefined)
  return { ...WORKING, createAnalyser: () => ({ ...ANALYSER, ready }) }
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

const loading: Ports['createAnalyser'] = ({ onProgress }) => {
  queueMicrotask(() => onProgress?.({ loadedBytes: 12_400_000, totalBytes: 33_200_000, fraction: 12.4 / 33.2 }))
  return { ...ANALYSER, ready: never() }
}
