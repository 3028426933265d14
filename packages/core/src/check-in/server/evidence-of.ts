import { BUILD, encodeManifest, packBundle, type Manifest } from '../../evidence/index.js'
import type { InjectionFacts, PadAssessment, Route } from '../../liveness/index.js'
import type { QualityAssessment } from '../../quality/index.js'
import { hashBytes, randomId, signReceipt, type DeviceKey } from '../../receipt/index.js'
import type { AnalyserInfo } from '../../worker/index.js'
import type { CommittedSession } from './committed-session.js'

/** What the browser says of an attempt besides what it committed to. Claims, all of it. */
export interface AttemptClaims {
  readonly route: Route
  readonly info: AnalyserInfo
  readonly camera: InjectionFacts
  readonly startedAt: Date
  readonly pad: PadAssessment
  readonly quality: QualityAssessment | undefined
}

/** Everything that is sent of a session whose steps are all taken, signed by the device. @throws LintasError `evidence-*`, `receipt-claims` */
export async function evidenceOf(session: CommittedSession, claims: AttemptClaims, key: DeviceKey): Promise<Uint8Array<ArrayBuffer>> {
  const { sid, steps } = session
  const opened = steps.flatMap((step) => step.opened)
  const manifest = encodeManifest(manifestOf(session, claims))
  const receipt = await signReceipt({ sid, jti: randomId(), steps: steps.map(({ hash }) => hash), manifest: await hashBytes(manifest) }, key)
  return packBundle({ receipt, manifest, series: steps.map(({ series }) => series), frames: opened.map(({ jpeg }) => jpeg) })
}

/** The manifest of a session, of which nothing may have been opened yet. */
export function manifestOf(
  { sid, steps }: Pick<CommittedSession, 'sid' | 'steps'>,
  { route, info, camera, startedAt, pad, quality }: AttemptClaims,
): Manifest {
  const { label, width, height, frameRate } = camera
  return {
    schema: 'lintas-evidence/1',
    ...{ sid, route },
    series: steps.map(({ series, seriesSha256 }) => ({ bytes: series.length, sha256: seriesSha256 })),
    opened: steps.flatMap(({ opened }) => opened).map(({ step, index, jpeg, sha256 }) => ({ bytes: jpeg.length, sha256, step, index })),
    camera: {
      ...(label !== undefined && { label }),
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      ...(frameRate !== undefined && { frameRate }),
    },
    clock: { startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString() },
    detector: info.detector,
    models: info.files ?? [],
    build: BUILD,
    pad,
    ...(quality && { quality }),
  }
}
