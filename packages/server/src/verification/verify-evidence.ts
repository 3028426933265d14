import type { FrameMark } from '@lintas/core/evidence'
import { passiveCounts, type MotionSample } from '@lintas/core/liveness'
import { actionSeenFaults } from './action-seen.js'
import { agreementFaults, agreementOf } from './agreement.js'
import { commitmentFaults } from './commitment.js'
import { decide } from './decide.js'
import { disagreements, waits } from './disagreement.js'
import { encodeKept } from './kept.js'
import { assessEvidence, SERVER_PASSIVE_LIMITS } from './pad.js'
import { personFaults } from './person.js'
import { probeResult } from './probe.js'
import { qualityOf, toldQuality } from './quality.js'
import { readRecorded, type Recorded } from './recorded.js'
import { actionFaults, replayChallenge } from './replay-actions.js'
import { replayFaults, unreadable } from './replayed.js'
import { sampleOf } from './samples.js'
import { signatureOf } from './signature.js'
import { timeFaults } from './timing.js'
import { tracesOf } from './trace.js'
import { EVIDENCE_LAYERS } from './types.js'
import type { EvidenceLayer, Findings, FrameFacts, Look, Looker, SeenFrame, VerificationInput, Worth } from './types.js'

/**
 * Verifies the evidence of one session: every layer, whatever the others say. Pure but for `look`.
 * @throws LintasError, VerificationError `evidence-malformed` where there is nothing to run the layers on
 * @throws LintasError `models-unlike` where reference and calibration are of other models than the server's
 */
export async function verifyEvidence(input: VerificationInput, look: Looker): Promise<Findings> {
  const began = performance.now()
  const recorded = readRecorded(input)
  const commitment = await commitmentFaults(input, recorded)
  const readMs = performance.now() - began
  const findings = await verifyRecorded(input, recorded, look, commitment)
  return { ...findings, timingsMs: { read: readMs, ...findings.timingsMs } }
}

/** {@link verifyEvidence} of parts that have been read and held against what was committed to. */
export async function verifyRecorded(input: VerificationInput, recorded: Recorded, look: Looker, commitment: readonly string[]): Promise<Findings> {
  const began = performance.now()
  const frames = await lookAtAll(recorded, look)
  const lookedMs = performance.now() - began
  const findings = judge(input, recorded, frames, commitment)
  const judgeMs = performance.now() - began - lookedMs
  return { ...findings, timingsMs: { look: lookedMs, ...stages(frames), judge: judgeMs } }
}

async function lookAtAll({ steps, opened }: Recorded, look: Looker): Promise<readonly SeenFrame[]> {
  const frames: SeenFrame[] = []
  for (const { step, index, jpeg } of opened) {
    const series = steps[step]?.series
    const mark = series?.frames[index]
    if (series === undefined || mark === undefined) continue
    const committed = series.samples.find(({ timestampMs }) => timestampMs === mark.timestampMs)
    const seen = await look(jpeg, mark, (one) => worthOf(judged(one, mark, committed)))
    frames.push({ step, index, mark, ...(committed && { committed }), ...judged(seen, mark, committed), look: seen })
  }
  return frames
}

function worthOf({ sample, quality, strict }: ReturnType<typeof judged>): Worth {
  return { reference: quality.acceptable || strict.acceptable, passive: passiveCounts(sample, SERVER_PASSIVE_LIMITS) }
}

function judged(look: Look, mark: FrameMark, committed: MotionSample | undefined): Pick<SeenFrame, 'sample' | 'quality' | 'strict'> {
  // Without a sample of that moment the frame cannot agree with anything; the cut-out's own size stands in.
  const picture = committed ?? { width: mark.region.x + mark.region.width, height: mark.region.y + mark.region.height }
  const sample = sampleOf(look, mark, picture)
  return { sample, quality: qualityOf(look, sample, committed, 'usual'), strict: qualityOf(look, sample, committed, 'strict') }
}

type Judged = Omit<Findings, 'timingsMs'>

function judge(input: VerificationInput, recorded: Recorded, frames: readonly SeenFrame[], commitment: readonly string[]): Judged {
  const challenge = replayChallenge(recorded, input.route)
  const kept = { signatures: frames.flatMap((frame) => signatureOf(frame) ?? []), traces: tracesOf(recorded.steps) }
  const layers: Readonly<Record<EvidenceLayer, readonly string[]>> = {
    'evidence-commitment': commitment,
    'evidence-time': timeFaults(recorded),
    'evidence-action': actionFaults(recorded, challenge),
    'evidence-landmarks': agreementFaults(frames),
    'action-unseen': actionSeenFaults(recorded, frames, challenge),
    'person-changed': personFaults(frames),
    replayed: replayFaults(kept, input.earlier),
  }
  const pad = assessEvidence(input, recorded, frames, challenge.state)
  const { result, comparison, template } = probeResult(input, frames)
  const quality = toldQuality(frames, input.purpose === 'enrolment' ? 'strict' : 'usual')
  const isPoor = result === 'absent' || result === 'too-few'
  const evidence = Object.fromEntries(EVIDENCE_LAYERS.map((layer) => [layer, layers[layer].length === 0])) as Record<EvidenceLayer, boolean>
  const decision = decide({ evidence, pad: pad.outcome, result, quality: isPoor ? (quality?.reasons ?? []) : [] }, input.purpose)
  const hint = pad.hint ?? (isPoor ? quality?.reasons[0] : undefined)
  const doneMs = 'done' in challenge.state ? challenge.state.done.map((step) => step.doneMs) : []
  const lost = unreadable(input.earlier)
  return {
    ...decision,
    ...(decision.outcome === 'refused' && hint !== undefined && { hint }),
    layers,
    pad,
    ...(comparison && { comparison }),
    ...(quality && { quality }),
    claimed: claimedIn(recorded),
    disagreement: [
      ...disagreements(recorded, pad, frames, doneMs),
      ...waits(recorded, input.deferred),
      ...(lost > 0 ? [`replay: ${lost} kept sessions cannot be read`] : []),
    ],
    frames: frames.map(factsOf),
    ...(decision.outcome === 'admitted' && template && { template }),
    replay: encodeKept(kept),
  }
}

function claimedIn({ manifest: { pad, quality, camera, detector, models, build } }: Recorded): NonNullable<Findings['claimed']> {
  return { pad, ...(quality && { quality }), camera, detector, models, build }
}

function factsOf({ step, index, sample, committed, quality }: SeenFrame): FrameFacts {
  const agreement = agreementOf(sample, committed)
  return {
    ...{ step: step + 1, index, faces: sample.faceCount, quality: quality.reasons },
    ...(agreement && { agreement }),
    ...(sample.padLogOdds !== undefined && { padLogOdds: sample.padLogOdds }),
  }
}

/** Milliseconds of each stage over all frames. */
function stages(frames: readonly SeenFrame[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { look } of frames) for (const [stage, ms] of Object.entries(look.timingsMs)) sums[stage] = (sums[stage] ?? 0) + ms
  return sums
}
