import type { Analysis } from '@lintas/core'
import {
  NEW_CHALLENGE,
  SAME_SESSION_COSINE,
  assessPassive,
  judgeLiveness,
  motionSampleOf,
  type LayerEvidence,
  type MotionSample,
} from '@lintas/core/liveness'

const SPACE = 'compact-512'
/** First, key and last: as many as a check-in of three actions compares. */
const EMBEDDED_FRAMES = 4
/** Between pictures of one session, milliseconds: none of them was taken with the one before. */
const PICTURES_APART_MS = 1000

/** Every layer over all frames; the challenge is undetermined, for nothing was asked. */
export async function judgeFrames(analyses: readonly Analysis[]): Promise<readonly LayerEvidence[]> {
  const samples = analyses.map((analysis) => sampleOf(analysis))
  const details = analyses.flatMap(({ liveness }) => (liveness?.detail === undefined ? [] : [liveness.detail]))
  const continuity = { leastCosine: SAME_SESSION_COSINE[SPACE], embeddedFrames: EMBEDDED_FRAMES }
  const record = { samples, challenge: NEW_CHALLENGE, continuity, injection: { details } }
  const { layers } = await judgeLiveness(record, 'high')
  return layers ?? []
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
