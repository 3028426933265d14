import { LintasError, SHIPPED_CALIBRATION, compare, createAnalyser, createTemplate, decodeStill, type Analyser, type Analysis } from '@lintas/core'
import { find, pairs } from './shared/dom.js'
import { drawFaces, overview, pictureSheet } from './shared/picture-sheet.js'
import { scoreSheet } from './shared/score-sheet.js'
import { Shell } from './shared/shell.js'

type Side = 'a' | 'b'
interface Seen {
  readonly canvas: HTMLCanvasElement
  readonly analysis: Analysis
}

const shell = new Shell()
const status = find('#status')
const seen: Partial<Record<Side, Seen>> = {}
/** Counts choices, so that of two pictures chosen for one side the later one stays. */
const latest: Record<Side, number> = { a: 0, b: 0 }
let analyser: Analyser | undefined

/** Made with the first picture: the page alone downloads no model. */
function line(): Analyser {
  analyser ??= createAnalyser({
    assets: '/lintas/',
    onProgress: ({ loadedBytes, totalBytes }) => {
      tell(shell.say('loading', { loaded: (loadedBytes / 1e6).toFixed(1), total: (totalBytes / 1e6).toFixed(1) }))
    },
  })
  return analyser
}

async function look(side: Side, file: Blob): Promise<void> {
  const turn = (latest[side] += 1)
  tell(shell.say('loading-start'))
  const bitmap = await decodeStill(file)
  if (!(bitmap instanceof ImageBitmap)) throw new TypeError('a file decodes to an ImageBitmap')
  const canvas = overview(bitmap)
  await line().ready
  tell(shell.say('analysing'))
  const analysis = await line().analyse(bitmap, { mode: 'still', embed: 'always', chips: true })
  if (turn !== latest[side]) return
  drawFaces(canvas, analysis)
  seen[side] = { canvas, analysis }
  tell(shell.say('ready'))
  await show()
}

async function show(): Promise<void> {
  const { say } = shell
  const { a, b } = seen
  const sheets = (
    [
      ['a', a],
      ['b', b],
    ] as const
  ).flatMap(([side, one]) => (one === undefined ? [] : [pictureSheet(say(`picture-${side}`), one.canvas, one.analysis, say)]))
  find('#pictures').replaceChildren(...sheets)
  find('#verdict').hidden = a === undefined || b === undefined
  if (a !== undefined && b !== undefined) find('#score').replaceChildren(...verdict(a.analysis, b.analysis))
  if (analyser !== undefined) await showInfo(analyser)
}

/** Picture A as the reference, picture B as the probe, under the shipped profile. */
function verdict(a: Analysis, b: Analysis): Node[] {
  const { say } = shell
  if (a.embeddings === undefined || b.embeddings === undefined) return [document.createTextNode(say('verdict-none'))]
  const sample = { embeddings: a.embeddings, qualityScore: a.quality.score ?? 0 }
  const made = createTemplate({ subjectId: 'picture-a', samples: [sample], minSamples: 1 })
  if (made.outcome !== 'template') return [document.createTextNode(say('verdict-none'))]
  const comparison = compare(b.embeddings, made.template, SHIPPED_CALIBRATION)
  return scoreSheet(comparison, SHIPPED_CALIBRATION, !(a.quality.acceptable && b.quality.acceptable), say)
}

async function showInfo(used: Analyser): Promise<void> {
  const { say } = shell
  const { backend, threads, detector, models, fallbacks } = await used.ready
  const taken = fallbacks.map(({ from, to, code }) => `${from} → ${to} (${code})`).join('; ')
  find('#runs-on').hidden = false
  find('#info').replaceChildren(
    ...pairs([
      [say('info-backend'), say('info-threads', { backend, threads })],
      [say('info-detector'), detector],
      [say('info-models'), models.join(', ')],
      [say('info-calibration'), `${SHIPPED_CALIBRATION.id} (${say(`origin-${SHIPPED_CALIBRATION.origin}`)})`],
      [say('info-fallbacks'), taken === '' ? say('none') : taken],
    ]),
  )
}

function tell(words: string, fault = false): void {
  status.textContent = words
  status.classList.toggle('fault', fault)
}

function take(side: Side, file: Blob | undefined): void {
  if (file === undefined) return
  look(side, file).catch((cause: unknown) => {
    const code = cause instanceof LintasError ? cause.code : 'unexpected'
    tell(shell.say('fault', { code, message: cause instanceof Error ? cause.message : String(cause) }), true)
    // What failed to load is loaded anew with the next picture.
    analyser?.close()
    analyser = undefined
  })
}

for (const zone of document.querySelectorAll<HTMLElement>('.drop')) {
  const side: Side = zone.dataset['side'] === 'b' ? 'b' : 'a'
  const input = find<HTMLInputElement>('input', zone)
  input.addEventListener('change', () => take(side, input.files?.[0]))
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    take(side, event.dataTransfer?.files[0])
  })
}
shell.onLanguage(() => void show())
