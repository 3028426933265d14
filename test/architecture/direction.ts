import { posix } from 'node:path'
import { importsOf, type Source } from './sources.js'

/** The line a frame travels. A stage imports only from those before it, so no cycle can form and a reader can take the files in this order. */
export const LINE = [
  'errors',
  'options',
  'numeric',
  'assets',
  'inference',
  'capture',
  'detection',
  'alignment',
  'quality',
  'liveness',
  'embedding',
  'worker',
  'reference',
  'comparison',
  'evidence',
  'receipt',
  'check-in',
  'node',
  'index',
] as const

const CORE = 'packages/core/src/'
const stageOf = (path: string): string => (path.slice(CORE.length).split('/')[0] ?? '').replace(/\.[jt]s$/, '')
const rank = (stage: string): number => (LINE as readonly string[]).indexOf(stage)

/** Imports that run backwards, past a stage's table of contents, or between stages that have no place on the line. */
export function backwards(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const own = stageOf(source.path)
    if (rank(own) < 0) return [`${source.path}: '${own}' has no place on the line`]
    return importsOf(source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(source.path), specifier))
      .filter((target) => stageOf(target) !== own && (rank(stageOf(target)) < 0 || rank(stageOf(target)) >= rank(own)))
      .map((target) => `${source.path} -> ${target}`)
  })
}
