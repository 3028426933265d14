import type { Analysis, Chip, StageName } from '@lintas/core'
import { make, pairs } from './dom.js'
import type { Say } from './language.js'

const STAGES: readonly StageName[] = ['read', 'detection', 'quality', 'alignment', 'embedding']

/** A small copy of the picture with the faces' boxes and landmarks. */
export function overview(bitmap: ImageBitmap): HTMLCanvasElement {
  const scale = Math.min(1, 720 / Math.max(bitmap.width, bitmap.height))
  const canvas = make('canvas', { role: 'img' })
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas
}

/** What the line found in one picture. */
export function pictureSheet(title: string, canvas: HTMLCanvasElement, analysis: Analysis, say: Say): HTMLElement {
  canvas.setAttribute('aria-label', title)
  const count = make('p', { class: 'note' }, say('faces', { count: analysis.faces.length }))
  return make(
    'section',
    { class: 'sheet picture' },
    make('h2', {}, title),
    canvas,
    count,
    ...quality(analysis, say),
    ...chips(analysis, say),
    ...times(analysis, say),
  )
}

/** Draws boxes and landmarks over an {@link overview}. */
export function drawFaces(canvas: HTMLCanvasElement, { faces, width }: Analysis): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const scale = canvas.width / width
  context.fillStyle = '#7df0a6'
  context.strokeStyle = '#7df0a6'
  context.lineWidth = 2
  for (const { box, landmarks } of faces) {
    context.strokeRect(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    for (let i = 0; i + 1 < landmarks.length; i += 3)
      context.fillRect((landmarks[i] ?? 0) * scale - 0.6, (landmarks[i + 1] ?? 0) * scale - 0.6, 1.2, 1.2)
  }
}

function quality({ quality: { acceptable, reasons, score } }: Analysis, say: Say): Node[] {
  if (acceptable)
    return [make('p', { class: 'good' }, say('quality-good', { score: score === undefined ? say('none') : Math.round(score * 100) / 100 }))]
  const codes = reasons.map((reason) => make('li', { class: 'mono' }, reason))
  return [make('p', { class: 'poor' }, say('quality-poor')), make('ul', {}, ...codes)]
}

function chips({ chips: cut }: Analysis, say: Say): Node[] {
  if (cut === undefined) return []
  const figures = Object.entries(cut).map(([space, chip]) =>
    make('figure', {}, drawChip(chip, space), make('figcaption', { class: 'mono' }, `${space} ${chip.width}×${chip.height}`)),
  )
  return [make('h3', {}, say('chips-title')), make('div', { class: 'chips' }, ...figures)]
}

function drawChip({ width, height, data }: Chip, space: string): HTMLCanvasElement {
  const canvas = make('canvas', { role: 'img', 'aria-label': space })
  canvas.width = width
  canvas.height = height
  const image = new ImageData(width, height)
  for (let i = 0; i < width * height; i++) {
    image.data.set(data.subarray(i * 3, i * 3 + 3), i * 4)
    image.data[i * 4 + 3] = 255
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas
}

function times({ timingsMs }: Analysis, say: Say): Node[] {
  const entries = STAGES.flatMap((stage) => {
    const ms = timingsMs[stage]
    return ms === undefined ? [] : [[say(`stage-${stage}`), say('milliseconds', { ms: Math.round(ms * 10) / 10 })] as const]
  })
  return [make('h3', {}, say('times-title')), make('dl', {}, ...pairs(entries))]
}
