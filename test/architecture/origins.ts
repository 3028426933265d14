import ts from 'typescript'
import { everyNode, lineOf, parse, type Source } from './sources.js'

/** Names of XML namespaces: nothing is fetched from them. */
const NAMES = /^http:\/\/www\.w3\.org\//
const FOREIGN = /(?:(?:https?|wss?):)?\/\/(?!(?:localhost|127\.0\.0\.1)\b)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\S*/gi

const foreignIn = (text: string): string[] => [...text.matchAll(FOREIGN)].map(([url]) => url).filter((url) => !NAMES.test(url))

/** Strings of a source that name another host. Comments may cite one. */
export function foreignStrings(sources: readonly Source[]): string[] {
  const faults: string[] = []
  for (const source of sources) {
    everyNode(parse(source), (node) => {
      if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddleOrTemplateTail(node)) return
      faults.push(...foreignIn(node.text).map((url) => `${source.path}:${lineOf(node)}: ${url}`))
    })
  }
  return faults
}

/** Pages and styles: every URL counts, unless a person has to click it. */
export const foreignInPages = (pages: readonly Source[]): string[] =>
  pages.flatMap(({ path, text }) => foreignIn(text.replace(/<!--.*?-->/gs, '').replace(/<a\s[^>]*>/g, '')).map((url) => `${path}: ${url}`))

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly resolved?: string }>>
}

/** Packages that the lockfile binds to a host; those of the workspaces are paths. */
export const boundToHost = (lockfile: Lockfile): string[] =>
  Object.entries(lockfile.packages)
    .filter(([, { resolved }]) => resolved !== undefined && /:\/\//.test(resolved))
    .map(([name]) => name)
