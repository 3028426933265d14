import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A file under test: the checks take texts, so that each can be shown a text that must fail. */
export interface Source {
  /** Relative to the repository, with `/`. */
  readonly path: string
  readonly text: string
}

const SKIPPED = new Set(['node_modules', 'dist'])

/** Every file under `folder` (relative to the repository) whose path fits. */
export function readSources(folder: string, fits: (path: string) => boolean = (path) => path.endsWith('.ts')): Source[] {
  const found: Source[] = []
  const walk = (place: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const file = join(place, entry.name)
      const path = relative(ROOT, file).split(sep).join('/')
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(file)
      else if (entry.isFile() && fits(path)) found.push({ path, text: readFileSync(file, 'utf8') })
    }
  }
  if (existsSync(join(ROOT, folder))) walk(join(ROOT, folder))
  return found
}

/** Sources of every package. */
export const shipped = (): Source[] => PACKAGES.flatMap((name) => readSources(`packages/${name}/src`))

export const PACKAGES = ['core', 'element', 'server', 'demo'] as const

export function parse({ path, text }: Source): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, /\.m?js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS)
}

/** Calls `visit` for every node of the file. */
export function everyNode(file: ts.SourceFile, visit: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    visit(node)
    ts.forEachChild(node, walk)
  }
  walk(file)
}

/** What a file imports: `import`, `export … from`, `import()`, `import('…').T` and `new URL('./…', import.meta.url)`. */
export function importsOf(source: Source): string[] {
  const found: string[] = []
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push(node.text)
  }
  everyNode(parse(source), (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    else if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.[0]?.getText().match(/^['"]\./)) {
      add(node.arguments[0])
    }
  })
  return found
}

/** Line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile()
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
}
