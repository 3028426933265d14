import { describe, expect, it } from 'vitest'
import type { PairOfSamples } from '../src/comparisons.js'
import { computeFigures, type Figures } from '../src/figures.js'
import { createGallery } from '../src/gallery.js'
import { reportOf } from '../src/report.js'
import type { EvaluationResult } from '../src/result.js'
import { formatTable, tablesOf } from '../src/summary.js'

const resultWith = (figures: Figures): EvaluationResult => ({
  schema: 'lintas-evaluation/1',
  name: 'test',
  date: '2026-11-24T00:00:00.000Z',
  command: '',
  line: { engine: 'node', hash: '', codeSha256: '', models: [], node: '', cores: 2, lanes: 2 },
  data: {
    ...{ root: '', pairsFile: '', pairsSha256: '', pairs: 4, mated: 2, nonMated: 2, pictures: 8, subjects: 4, missingFiles: 0, pairsMissing: 0 },
    ...{ sessions: { same: 0, cross: 0, unknown: 2 }, matedNotAcquired: 0, nonMatedNotAcquired: 0 },
  },
  acquisition: { pictures: 8, acquired: 8, failureToAcquire: 0, failures: {}, severalFaces: 0, qualityAcceptable: 8, firstReasons: {} },
  timesMs: {},
  method: { intervals: '', replicates: 0, seed: 1, people: '', centring: '', accuracy: '', failures: '', faces: '' },
  results: [figures],
})

/** Four people with two pictures each; by the hash of their names a and b fall into one half, e and f into the other. */
const gallery = createGallery(
  ['a', 'b', 'e', 'f'].flatMap((subject, at) =>
    [0, 0.1].map((own) => ({ file: `${subject}/${own}`, subject, embeddings: { x: Float32Array.of(Math.cos(at + own), Math.sin(at + own)) } })),
  ),
)
const pairs = (folds: boolean): readonly PairOfSamples[] =>
  [0, 1].flatMap((part) => [
    { first: 4 * part, second: 4 * part + 1, mated: true, relation: 'unknown', ...(folds && { fold: part }) },
    { first: 4 * part, second: 4 * part + 2, mated: false, relation: 'unknown', ...(folds && { fold: part }) },
  ])
const figuresOf = (folds: boolean): Figures =>
  computeFigures(gallery, pairs(folds), [{ space: 'x', weight: 1 }], {
    ...{ centring: { kind: 'none' }, matrix: true, split: true, thresholds: [], replicates: 0, seed: 1 },
  })

describe('the summary', () => {
  it('says how many people and pairs of people are behind the non-mated side, in the report too', () => {
    const result = resultWith(figuresOf(false))
    const table = tablesOf(result).find(({ title }) => title.includes('behind the non-mated side'))!
    expect(table.head).toEqual(['', 'comparisons', 'people', 'pairs of people'])
    expect(table.rows).toEqual([
      ['listed', '2', '4', '2'],
      ['matrix', '24', '4', '6'],
    ])
    expect(reportOf(result)).toContain('<td>matrix</td><td>24</td><td>4</td><td>6</td>')
  })

  it('tells a deviation over folds, and none over two halves', () => {
    const text = (folds: boolean): string =>
      tablesOf(resultWith(figuresOf(folds)))
        .map(formatTable)
        .join('\n')
    expect(text(true)).toMatch(/accuracy, 2 folds[^]*100\.0 % ± 0\.0 %/)
    expect(text(false)).toContain('accuracy, people split in two')
    expect(text(false)).not.toContain('±')
  })
})
