import { execFileSync } from 'node:child_process'
import { basename, isAbsolute, relative, sep } from 'node:path'

/** Without what changes no figure: where things lie on this machine, and whether to build. */
export function toldArguments(args: readonly string[]): readonly string[] {
  const places = ['--out', '--assets', '--against']
  return args.filter((arg, index) => arg !== '--no-build' && !places.includes(arg.split('=')[0] ?? '') && !places.includes(args[index - 1] ?? ''))
}

/** A path as others may see it: relative to the repository when in it or beside it, else its last part. */
export function shownPath(text: string, repository: string): string {
  const [, option, value] = /^(--[\w-]+=)(.*)$/.exec(text) ?? []
  if (option !== undefined && value !== undefined) return `${option}${shownPath(value, repository)}`
  if (!isAbsolute(text)) return /[\s"'$\\*()[\]{}^|]/.test(text) ? `'${text}'` : text
  const path = relative(repository, text).split(sep).join('/')
  return path.startsWith('../../') || isAbsolute(path) ? basename(text) : path || '.'
}

/** What is checked out, and whether what ships, or what measures it, was changed since; undefined without git. */
export function commitOf(repository: string): { id: string; dirty: boolean } | undefined {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    return { id: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain', '--', 'packages', 'models', 'test/evaluation') !== '' }
  } catch {
    return undefined
  }
}
