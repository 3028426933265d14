import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { everyNode, importsOf, lineOf, parse, ROOT, type Source } from './sources.js'

/** A built file; fails with what to do where it is not there. */
export function built(path: string): Source {
  const file = join(ROOT, path)
  if (!existsSync(file)) throw new Error(`${path} is not built: npm run build`)
  return { path, text: readFileSync(file, 'utf8') }
}

/** Everything that is loaded when `path` is imported, and what of it is a foreign module. */
export function closure(path: string, read: (path: string) => Source = built): { files: string[]; foreign: string[] } {
  const files = new Set<string>()
  const foreign = new Set<string>()
  const visit = (current: string): void => {
    if (files.has(current)) return
    files.add(current)
    for (const specifier of importsOf(read(current))) {
      if (specifier.startsWith('.')) visit(relative('.', join(dirname(current), specifier)))
      else foreign.add(specifier)
    }
  }
  visit(path)
  return { files: [...files], foreign: [...foreign].sort() }
}

/** Code made from text: `eval(…)`, `Function(…)`, `new Function(…)`. A strict CSP blocks it. */
export function codeFromText(source: Source): string[] {
  const faults: string[] = []
  everyNode(parse(source), (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return
    if (ts.isIdentifier(node.expression) && ['eval', 'Function'].includes(node.expression.text)) {
      faults.push(`${source.path}:${lineOf(node)}: ${node.getText().slice(0, 60)}`)
    }
  })
  return faults
}
