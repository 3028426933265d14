import ts from 'typescript'
import { everyNode, lineOf, parse, type Source } from './sources.js'

export const LONGEST_FILE = 300
export const LONGEST_FUNCTION = 40
export const MEDIAN_FILE = 120

const lines = (text: string): number => text.replace(/\n$/, '').split('\n').length

export const longFiles = (sources: readonly Source[]): string[] =>
  sources.filter(({ text }) => lines(text) > LONGEST_FILE).map(({ path, text }) => `${path}: ${lines(text)} lines`)

export function medianLines(sources: readonly Source[]): number {
  const sorted = sources.map(({ text }) => lines(text)).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Lines between a function's braces; a function without a block has the lines of its expression. */
function bodyLines(body: ts.Node): number {
  const file = body.getSourceFile()
  const first = file.getLineAndCharacterOfPosition(body.getStart(file)).line
  const last = file.getLineAndCharacterOfPosition(body.getEnd()).line
  return ts.isBlock(body) ? Math.max(1, last - first - 1) : last - first + 1
}

export function longFunctions(sources: readonly Source[]): string[] {
  const faults: string[] = []
  for (const source of sources) {
    everyNode(parse(source), (node) => {
      if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return
      const count = bodyLines(node.body)
      if (count > LONGEST_FUNCTION) faults.push(`${source.path}:${lineOf(node)}: ${count} lines`)
    })
  }
  return faults
}

function fault(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any'
  if (ts.isIdentifier(node) && node.text === 'console' && !ts.isPropertyAssignment(node.parent)) return 'console'
  if (ts.isExportAssignment(node)) return 'default export'
  if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return 'default export'
  if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'default export'
  if (ts.isEnumDeclaration(node)) return 'enum or namespace'
  // `declare global` and `declare module '…'` add to others' types and leave nothing behind.
  if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) && node.name.text !== 'global') return 'enum or namespace'
  if (ts.isImportDeclaration(node) && /^\..*(?<!\.js)$/.test((node.moduleSpecifier as ts.StringLiteral).text)) return 'import without .js'
  return undefined
}

/** `any`, `console`, default exports, enums and namespaces, with their lines. Declarations of foreign files (`.d.ts`) describe others' choices. */
export function bannedSyntax(sources: readonly Source[]): string[] {
  const faults: string[] = []
  for (const source of sources) {
    if (source.path.endsWith('.d.ts')) continue
    everyNode(parse(source), (node) => {
      const what = fault(node)
      if (what !== undefined) faults.push(`${source.path}:${lineOf(node)}: ${what}`)
    })
  }
  return faults
}

/** Words that ISO/IEC 2382-37 and 30107 replace, and the American spelling of enrolment. */
const WORDS = /genuine|impost[oe]r|spoof|enrollment|enroll(?!ed|ing|er)/gi

export const bannedWords = (sources: readonly Source[]): string[] =>
  sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => [...line.matchAll(WORDS)].map(([word]) => `${path}:${index + 1}: ${word.toLowerCase()}`)),
  )

export const badNames = (sources: readonly Source[]): string[] =>
  sources.map(({ path }) => path).filter((path) => !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]+$/.test(path.split('/').at(-1) ?? ''))
