import type { ModelEntry } from '../../assets/index.js'
import { LintasError } from '../../errors/index.js'
import type { Chip } from '../../numeric/index.js'
import type { PadScorer } from './scorer.js'

/**
 * Most that a backend's log-odds for the golden chip may differ from native ONNX Runtime's. Native against the file, whose probabilities are
 * float32, differs by 3e-5; the faults seen in the wild (all zeros, freed memory, another layout) by whole units. The limits of the layer lie
 * units apart.
 */
export const PAD_KNOWN_ANSWER_TOLERANCE = 0.05

/**
 * Runs the golden chip of a manifest's known-answer file (`size² × 3` bytes RGB, then the three probabilities, float32 little-endian) and
 * compares log-odds: a backend that computes something else must not judge anybody.
 * @returns how far they are apart, {@link PAD_KNOWN_ANSWER_TOLERANCE} or less
 * @throws LintasError `assets-manifest` for a file that does not fit, `inference-known-answer` with both log-odds in `details`
 */
export async function provePadScorer(scorer: PadScorer, bytes: Uint8Array): Promise<number> {
  const { chip, logOdds } = parse(bytes, scorer.model)
  const found = await scorer.score(chip)
  const apart = Math.abs(found - logOdds)
  if (apart <= PAD_KNOWN_ANSWER_TOLERANCE) return apart
  throw new LintasError('inference-known-answer', `${scorer.model.id} computes something else here than it should`, {
    details: { model: scorer.model.id, logOdds: found, expected: logOdds, most: PAD_KNOWN_ANSWER_TOLERANCE },
  })
}

function parse(bytes: Uint8Array, model: ModelEntry): { readonly chip: Chip; readonly logOdds: number } {
  const size = model.crop?.size ?? 0
  const pixels = size * size * 3
  const fits = pixels > 0 && bytes.length === pixels + 12
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [bonaFide, first, second] = fits ? [0, 4, 8].map((at) => view.getFloat32(pixels + at, true)) : []
  const logOdds = Math.log((bonaFide ?? NaN) / ((first ?? NaN) + (second ?? NaN)))
  if (!Number.isFinite(logOdds)) {
    throw new LintasError('assets-manifest', `the known answer of ${model.id} has ${bytes.length} bytes, which does not fit`, {
      details: { model: model.id },
    })
  }
  return { chip: { width: size, height: size, data: bytes.slice(0, pixels) }, logOdds }
}
