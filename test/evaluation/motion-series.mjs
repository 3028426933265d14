// Landmark series of clips: decoded once by ffmpeg, read by the ONNX landmark engine in video mode, plain and mirrored, and kept where git does not look
// (landmarks are biometric data: never share them). `node test/evaluation/motion-series.mjs [folder]`; default folder .lintas/motion. Needs ffmpeg, `npm run build`, ../shared/data.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const MODELS = fileURLToPath(new URL('../../models/', import.meta.url))
export const DEFAULT_CACHE = fileURLToPath(new URL('../../.lintas/motion', import.meta.url))

/** The folder among a command's arguments; options are none. */
export const cacheFrom = (args) => args.find((arg) => !arg.startsWith('--')) ?? DEFAULT_CACHE

/** Clips whose motion is known or watched for false actions, relative to ../shared/data. */
export function motionClips() {
  const index = JSON.parse(readFileSync(join(DATA, 'index.json'), 'utf8'))
  return index.filter(({ kind, file }) => kind === 'video' && /^(liveness|pad\/video)\//.test(file)).map(({ file }) => file)
}

export function hasDecoder() {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' })
    return existsSync(DATA)
  } catch {
    return false
  }
}

/** Every frame's time, milliseconds. */
function frameTimes(path) {
  const said = execFileSync('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'frame=best_effort_timestamp_time',
    '-of',
    'json',
    path,
  ])
  return JSON.parse(said.toString()).frames.map((frame) => Number(frame.best_effort_timestamp_time) * 1000)
}

/** Every decoded frame as `{ width, height, data }`, RGBA, one after the other; `longest` limits the longer side. */
export async function* frames(path, { mirrored = false, longest = 960 } = {}) {
  const filter = `${mirrored ? 'hflip,' : ''}scale='if(gt(iw,ih),min(iw,${longest}),-2)':'if(gt(iw,ih),-2,min(ih,${longest}))'`
  const child = spawn('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-fps_mode',
    'passthrough',
    '-vf',
    filter,
    '-c:v',
    'pam',
    '-pix_fmt',
    'rgba',
    '-f',
    'image2pipe',
    '-',
  ])
  let pending = Buffer.alloc(0)
  for await (const chunk of child.stdout) {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const end = pending.indexOf('ENDHDR\n')
      if (end < 0) break
      const header = pending.subarray(0, end).toString()
      const [width, height] = ['WIDTH', 'HEIGHT'].map((name) => Number(new RegExp(`${name} (\\d+)`).exec(header)?.[1]))
      const start = end + 7
      if (pending.length < start + width * height * 4) break
      yield { width, height, data: new Uint8ClampedArray(pending.subarray(start, start + width * height * 4)) }
      pending = pending.subarray(start + width * height * 4)
    }
  }
}

/** What the line saw of each frame, without pictures. */
export async function seriesOf(analyser, path, options = {}) {
  const times = frameTimes(path)
  const series = []
  analyser.reset()
  for await (const raster of frames(path, options)) {
    const timestampMs = times[series.length] ?? (times.at(-1) ?? 0) + 1
    const { faces, quality, width, height } = await analyser.analyse(raster, { mode: 'video', embed: 'never', timestampMs })
    series.push({ timestampMs, width, height, faces, quality: { measures: quality.measures } })
  }
  return series
}

/** The series of `file` from the cache, made where it is not there yet. */
export async function cachedSeries(analyser, file, mirrored, cache = DEFAULT_CACHE) {
  mkdirSync(cache, { recursive: true })
  const kept = join(cache, `${file.replaceAll('/', '_')}${mirrored ? '.mirrored' : ''}.bin`)
  if (existsSync(kept)) return deserialize(readFileSync(kept))
  const series = await seriesOf(analyser, join(DATA, file), { mirrored })
  writeFileSync(kept, serialize(series))
  return series
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!hasDecoder()) {
    process.stdout.write('skipped: ffmpeg or ../shared/data is not here\n')
    process.exit(0)
  }
  const { createNodeAnalyser } = await import('../../packages/core/dist/node.js')
  const analyser = createNodeAnalyser({ models: MODELS, spaces: ['compact-512'] })
  for (const file of motionClips()) {
    for (const mirrored of [false, true]) {
      const series = await cachedSeries(analyser, file, mirrored, cacheFrom(process.argv.slice(2)))
      process.stdout.write(
        `${file}${mirrored ? ' mirrored' : ''}: ${series.length} frames, ${series.filter(({ faces }) => faces.length > 0).length} with a face\n`,
      )
    }
  }
  analyser.close()
}
