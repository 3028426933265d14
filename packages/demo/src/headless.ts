import { LintasError, SHIPPED_CALIBRATION, compare, createAnalyser, createTemplate, decodeStill, type Analyser, type Analysis } from '@lintas/core'
import { find, pairs } from './shared/dom.js'
import { watchZones, type Side } from './shared/drop-zones.js'
import { drawFaces, overview, pictureSheet } from './shared/picture-sheet.js'
import { scoreSheet } from './shared/score-sheet.js'
import { Shell } from './shared/shell.js'
import { StatusLines, type Told } from './shared/status-lines.js'

interface Seen {
  readonly canvas: HTMLCanvasElement
  readonly analysis: Analysis
}
/** Faults after which the line itself is of no use; any other is the picture's. */
const LINE_BROKEN = /^(?:assets|inference|worker)-|^detector-load$/u

const shell = new Shell()
const status = new StatusLines()
const seen: Record<Side, Seen | undefined> = { a: undefined, b: undefined }
/** Counts choices, so that of two pictures chosen for one side the later one stays. */
const latest: Record<Side, number> = { a: 0, b: 0 }
let analyser: Analyser | undefined

function tell(side: Side, told: Told): void {
  status.tell(side, told, shell.say)
}

/** Made with the first picture: the page alone downloads no model. */
function line(): Analyser {
  analyser ??= createAnalyser({
    assets: '/lintas/',
    onProgress: ({ loadedBytes, totalBytes }) => {
      const values = { loaded: Math.round(loadedBytes / 1e5) / 10, total: Math.round(totalBytes / 1e5) / 10 }
      for (const side of [...status.sidesAt('loading-start'), ...status.sidesAt('loading')]) tell(side, { word: 'loading', values })
    },
  })
  return analyser
}

async function look(side: Side, file: Blob): Promise<void> {
  const turn = (latest[side] += 1)
  const current = (): boolean => turn === latest[side]
  tell(side, { word: 'loading-start' })
  try {
    const bitmap = await decodeStill(file)
    if (!(bitmap instanceof ImageBitmap)) throw new TypeError('a file decodes to an ImageBitmap')
    const canvas = overview(bitmap)
    const analysis = await analyse(bitmap, () => {
      if (current()) tell(side, { word: 'analysing' })
    })
    if (!current()) return
    drawFaces(canvas, analysis)
    seen[side] = { canvas, analysis }
    tell(side, { word: 'ready' })
  } catch (cause) {
    if (!current()) return
    // The picture before it is not what the line tells of any more.
    seen[side] = undefined
    const code = cause instanceof LintasError ? cause.code : 'unexpected'
    tell(side, { word: 'fault', values: { code, message: cause instanceof Error ? cause.message : String(cause) }, fault: true })
  }
  await show()
}

/** A line that broke is made anew with the next picture. */
async function analyse(bitmap: ImageBitmap, begun: () => void): Promise<Analysis> {
  const used = line()
  try {
    await used.ready
    begun()
    return await used.analyse(bitmap, { mode: 'still', embed: 'always', chips: true })
  } catch (cause) {
    if (cause instanceof LintasError && LINE_BROKEN.test(cause.code)) {
      used.close()
      if (analyser === used) analyser = undefined
    }
    throw cause
  }
}

async function show(): Promise<void> {
  const { say } = shell
  const { a, b } = seen
  const sheets = (['a', 'b'] as const).flatMap((side) => {
    const one = seen[side]
    return one === undefined ? [] : [pictureSheet(say(`picture-${side}`), one.canvas, one.analysis, say)]
  })
  find('#pictures').replaceChildren(...sheets)
  find('#verdict').hidden = a === undefined || b === undefined
  if (a !== undefined && b !== undefined) find('#score').replaceChildren(...verdict(a.analysis, b.analysis))
  if (sheets.length > 0 && analyser !== undefined) await showInfo(analyser)
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
  // A line that broke meanwhile has been told of where it broke.
  const info = await used.ready.catch(() => undefined)
  if (info === undefined) return
  const { backend, threads, detector, models, fallbacks } = info
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

watchZones((side, file) => void look(side, file))
shell.onLanguage((say) => {
  status.show(say)
  void show()
})
