import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PageQueue } from '../src/page-server.js'
import { challengeText } from '../../attacks/session.js'
import { endingOf } from './list.js'
import type { PadFinding, PadJob, PadOutcomeOf, PadPresentation } from './types.js'

/** What was found of earlier runs, one JSON line each; a line that was cut off is passed over. Times and scores, no pictures, no landmarks. */
export class FindingStore {
  readonly #path: string
  readonly #findings = new Map<string, PadFinding>()

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole !== text) writeFileSync(path, whole)
    for (const line of whole.split('\n')) {
      if (line === '') continue
      const { key, finding } = JSON.parse(line) as { readonly key: string; readonly finding: PadFinding }
      this.#findings.set(key, finding)
    }
  }

  get(key: string): PadFinding | undefined {
    return this.#findings.get(key)
  }

  add(key: string, finding: PadFinding): void {
    this.#findings.set(key, finding)
    appendFileSync(this.#path, `${JSON.stringify({ key, finding })}\n`)
  }
}

/** What makes two findings the same: the files' bytes, what was asked, the line and how it was played. */
export function keyOf(root: string, { files, level, challenge = [] }: PadPresentation, line: string): string {
  const hash = createHash('sha256').update(`${line} ${level} ${challengeText(challenge)}`)
  for (const file of files)
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest(),
    )
  return hash.digest('hex').slice(0, 32)
}

/** Presentations in a row that failed by the machinery, after which going on is pointless. */
const FAULTS_IN_A_ROW = 5

/** Hands presentations to the page, each once; one that a fault of the machinery met once more. */
export class PadQueue implements PageQueue {
  readonly pictures: readonly { readonly path: string }[]
  readonly #jobs: readonly PadJob[]
  readonly #waiting: number[]
  readonly #tried = new Set<number>()
  readonly #open: Set<number>
  readonly #onOutcome: (index: number, outcome: PadOutcomeOf) => void
  #inARow = 0

  /** @param seed of the draws: each presentation has its own, whichever are found already */
  constructor(root: string, presentations: readonly PadPresentation[], todo: readonly number[], seed: number, onOutcome: PadQueue['tell']) {
    const paths = presentations.flatMap(({ files }) => files)
    this.pictures = paths.map((file) => ({ path: join(root, file) }))
    let first = 0
    this.#jobs = presentations.map(({ kind, level, challenge, files }, index) => {
      const from = first
      first += files.length
      const numbered = files.map((file, at) => [from + at, endingOf(file)] as const)
      return { kind, level, files: numbered, seed: (seed + index * 0x9e3779b1) >>> 0, ...(challenge && { challenge }) }
    })
    this.#waiting = [...todo]
    this.#open = new Set(todo)
    this.#onOutcome = onOutcome
  }

  /** Those that were not answered, or by a first fault only. */
  get unanswered(): readonly number[] {
    return [...this.#open]
  }

  take(): { readonly index: number; readonly job: PadJob } | undefined {
    const index = this.#inARow >= FAULTS_IN_A_ROW ? undefined : this.#waiting.shift()
    const job = index === undefined ? undefined : this.#jobs[index]
    return index === undefined || job === undefined ? undefined : { index, job }
  }

  tell(index: number, outcome: PadOutcomeOf): void {
    if ('fault' in outcome && !this.#tried.has(index)) {
      this.#tried.add(index)
      this.#inARow += 1
      this.#waiting.push(index)
      return
    }
    this.#inARow = 'fault' in outcome ? this.#inARow + 1 : 0
    this.#open.delete(index)
    this.#onOutcome(index, outcome)
  }
}
