import type { ModelEntry, Preprocessing } from '../assets/index.js'
import type { Tensor } from '../inference/index.js'
import type { Chip } from '../numeric/index.js'

/** The pixel values of `chip` as the net wants them: the chip's own order (row by row, RGB together). */
function values(chip: Chip, how: Preprocessing): Float32Array {
  const { mean, scale } = how.kind === 'affine' ? how : standardisation(chip.data)
  const { data } = chip
  // A loop: `Float32Array.from` goes through an iterator and takes ten times as long.
  const result = new Float32Array(data.length)
  for (let index = 0; index < result.length; index += 1) result[index] = ((data[index] ?? 0) - mean) * scale
  return result
}

/**
 * Per-picture standardisation as FaceNet was trained with: `(x − mean) / max(std, 1/√n)` over all n values (David Sandberg's facenet,
 * `prewhiten`; the floor keeps a flat picture from blowing up).
 */
function standardisation(data: Uint8Array): { mean: number; scale: number } {
  let sum = 0
  let squares = 0
  for (const value of data) {
    sum += value
    squares += value * value
  }
  const mean = sum / data.length
  const deviation = Math.sqrt(Math.max(squares / data.length - mean * mean, 0))
  return { mean, scale: 1 / Math.max(deviation, 1 / Math.sqrt(data.length)) }
}

/** Rows of `size` pixels reversed: the mirror image. */
function mirror(pixels: Float32Array, width: number): Float32Array {
  const mirrored = new Float32Array(pixels.length)
  const rows = pixels.length / (width * 3)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const from = (row * width + column) * 3
      mirrored.set(pixels.subarray(from, from + 3), (row * width + width - 1 - column) * 3)
    }
  }
  return mirrored
}

/** RGB together → one plane per colour. */
function planes(pixels: Float32Array): Float32Array {
  const count = pixels.length / 3
  const result = new Float32Array(pixels.length)
  for (let index = 0; index < count; index += 1) {
    for (let colour = 0; colour < 3; colour += 1) result[colour * count + index] = pixels[index * 3 + colour] ?? 0
  }
  return result
}

/**
 * The tensor that `model` takes for `chip`: scaled, mirrored into a batch of two where the model asks for it, in its layout.
 * @throws TypeError when the manifest entry does not tell how, or the chip's size is not the model's.
 */
export function toTensor(chip: Chip, model: ModelEntry): Tensor {
  const { preprocessing, input, crop } = model
  if (preprocessing === undefined || input === undefined || crop === undefined)
    throw new TypeError(`the manifest does not tell how to feed ${model.id}`)
  if (chip.width !== crop.size || chip.height !== crop.size)
    throw new TypeError(`${model.id} takes ${crop.size} × ${crop.size} pixels, not ${chip.width} × ${chip.height}`)
  const picture = values(chip, preprocessing)
  const batch = model.mirrorBatch === true ? [picture, mirror(picture, chip.width)] : [picture]
  const laid = input.layout === 'NCHW' ? batch.map(planes) : batch
  const data = new Float32Array(picture.length * batch.length)
  laid.forEach((one, index) => data.set(one, index * picture.length))
  const shape = input.layout === 'NCHW' ? [3, crop.size, crop.size] : [crop.size, crop.size, 3]
  return { dims: [batch.length, ...shape], data }
}
