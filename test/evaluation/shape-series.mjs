// Pictures, clips and computed frames as series of what the motion layers take of a frame. Needs ffmpeg for clips. Nothing is kept but what the
// caller keeps; LINTAS_CACHE names a folder outside the repository where series of a run may lie for the next one.
import { spawn, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'

const EYES = [
  [33, 133, [160, 144], [159, 145], [158, 153]],
  [362, 263, [385, 380], [386, 374], [387, 373]],
]

/** One sample of a raster: faces, quality, the passive net's log-odds, hash and noise against the frame before. */
export async function sampleOf(lib, nets, raster, { timestampMs, mode, before, passive = true }) {
  const faces = await nets.detector.detect({ picture: lib.pictureOf(raster), timestampMs }, mode)
  const blocks = lib.noiseBlocks(raster)
  const noise = before && blocks ? lib.noiseBetween(before, blocks) : undefined
  const base = { timestampMs, width: raster.width, height: raster.height, faceCount: faces.length, frameHash: lib.frameHash(raster) }
  const face = faces[0]
  const detail = lib.pictureDetail(raster)
  const extra = { ...base, ...(noise !== undefined && { noise }), ...(detail && { detail }) }
  if (face === undefined) return { sample: extra, blocks }
  const measures = lib.measureQuality({ raster, faces, face })
  const padLogOdds = passive ? await lib.scoreFace(nets.pad, raster, face) : undefined
  const { landmarks, pose, box, matrix } = face
  const sample = {
    ...extra,
    landmarks,
    pose,
    box,
    distanceCm: -matrix[14],
    interEyeDistance: distance(landmarks, 468, 473),
    eyeOpening: { right: opening(landmarks, EYES[0]), left: opening(landmarks, EYES[1]) },
    mouthOpening: distance(landmarks, 13, 14) / distance(landmarks, 468, 473),
    ...(measures && { luminance: measures.luminance, measures }),
    ...(padLogOdds !== undefined && { padLogOdds }),
  }
  return { sample, blocks }
}

const distance = (points, one, other) => Math.hypot(points[one * 3] - points[other * 3], points[one * 3 + 1] - points[other * 3 + 1])
const opening = (points, [outer, inner, ...lids]) =>
  lids.reduce((sum, [upper, lower]) => sum + distance(points, upper, lower), 0) / lids.length / distance(points, outer, inner)

/** Frames of a clip at most `most` a second: `{ raster, timestampMs }`. */
export async function* clipFrames(file, most = 30) {
  const probe = execFileSync('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height,r_frame_rate:stream_side_data=rotation', '-of', 'json', file],
  ])
  const { width: w, height: h, r_frame_rate: rate, side_data_list: side } = JSON.parse(probe).streams[0]
  const turned = Math.abs(side?.find(({ rotation }) => rotation)?.rotation ?? 0) % 180 === 90
  const [width, height] = turned ? [h, w] : [w, h]
  const [top, bottom] = rate.split('/').map(Number)
  const fps = Math.min(top / bottom, most)
  const child = spawn('ffmpeg', ['-v', 'error', '-i', file, '-vf', `fps=${fps}`, '-pix_fmt', 'rgba', '-f', 'rawvideo', '-'])
  const size = width * height * 4
  let parts = []
  let length = 0
  let index = 0
  for await (const part of child.stdout) {
    parts.push(part)
    length += part.length
    while (length >= size) {
      const all = Buffer.concat(parts)
      yield { raster: { width, height, data: new Uint8ClampedArray(all.subarray(0, size)) }, timestampMs: (index++ * 1000) / fps }
      parts = [all.subarray(size)]
      length = all.length - size
    }
  }
}

/** A clip's series, from the cache where one is named. */
export async function clipSeries(lib, nets, file, key) {
  return cached(`clip-${key}`, async () => {
    nets.detector.reset()
    const samples = []
    let before
    for await (const { raster, timestampMs } of clipFrames(file)) {
      const { sample, blocks } = await sampleOf(lib, nets, raster, { timestampMs, mode: 'video', before })
      samples.push(sample)
      before = blocks
    }
    return samples
  })
}

/** `make()`'s result, kept in LINTAS_CACHE under `key`. */
export async function cached(key, make) {
  const folder = process.env.LINTAS_CACHE
  if (!folder) return make()
  const file = join(folder, `${key.replaceAll(/[^\w-]/g, '_')}.v8`)
  if (existsSync(file)) return deserialize(readFileSync(file))
  const made = await make()
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, serialize(made))
  return made
}
