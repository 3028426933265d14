import type { Analysis } from '@lintas/core'
import {
  NEW_CHALLENGE,
  NEW_MOTION,
  SAME_SESSION_COSINE,
  assessPassive,
  judgeLiveness,
  motionSampleOf,
  watchMotion,
  type LayerEvidence,
  type MotionSample,
} from '@lintas/core/liveness'

const SPACE = 'compact-512'
/** Between two frames that are held against each other as one person: a check-in takes one before each action, milliseconds. */
const PROBES_APART_MS = 1000
/** As few as tell whether it is the same person throughout. */
const EMBEDDED_FRAMES = 2
/** Between pictures of one session, milliseconds: none of them was taken with the one before. */
const PICTURES_APART_MS = 1000

/**
 * Every layer over all frames; the challenge is undetermined, for nothing was asked. As in a check-in, the person is embedded and the passive net
 * looks only where the head is at rest and quality found no fault.
 */
export async function judgeFrames(analyses: readonly Analysis[]): Promise<readonly LayerEvidence[]> {
  const samples = asSeen(analyses)
  const details = analyses.flatMap(({ liveness }) => (liveness?.detail === undefined ? [] : [liveness.detail]))
  const continuity = { leastCosine: SAME_SESSION_COSINE[SPACE], embeddedFrames: EMBEDDED_FRAMES }
  const record = { samples, challenge: NEW_CHALLENGE, continuity, injection: { details } }
  const { layers } = await judgeLiveness(record, 'high')
  return layers ?? []
}

function asSeen(analyses: readonly Analysis[]): readonly MotionSample[] {
  let [motion, embeddedMs] = [NEW_MOTION, -Infinity]
  return analyses.map((analysis) => {
    const { embedding, padLogOdds, ...sample } = sampleOf(analysis)
    const watched = watchMotion(motion, sample)
    motion = watched.state
    if (!watched.sees.neutral || !analysis.quality.acceptable) return sample
    const probes = embedding !== undefined && analysis.timestampMs - embeddedMs >= PROBES_APART_MS
    if (probes) embeddedMs = analysis.timestampMs
    return { ...sample, ...(padLogOdds !== undefined && { padLogOdds }), ...(probes && { embedding }) }
  })
}

/** The passive net over pictures of one session. */
export function judgePictures(analyses: readonly Analysis[]): readonly LayerEvidence[] {
  return [assessPassive(analyses.map((analysis, index) => sampleOf({ ...analysis, timestampMs: index * PICTURES_APART_MS })))]
}

/** What the net says of each frame that it can speak about, alone. */
export function singleScores(analyses: readonly Analysis[]): readonly number[] {
  return analyses.flatMap((analysis) => {
    const sample = sampleOf(analysis)
    const { evidence } = assessPassive([sample])
    return evidence['framesCounted'] === 1 && sample.padLogOdds !== undefined ? [sample.padLogOdds] : []
  })
}

function sampleOf(analysis: Analysis): MotionSample {
  const { frameHash, noise, padLogOdds } = analysis.liveness ?? {}
  const embedding = analysis.embeddings?.find(({ space }) => space === SPACE)?.vector
  return motionSampleOf(analysis, {
    ...(frameHash !== undefined && { frameHash }),
    ...(noise !== undefined && { noise }),
    ...(padLogOdds !== undefined && { padLogOdds }),
    ...(embedding !== undefined && { embedding }),
  })
}
