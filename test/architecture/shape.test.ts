import { describe, expect, it } from 'vitest'
import { badNames, bannedSyntax, bannedWords, longFiles, longFunctions, LONGEST_FUNCTION, MEDIAN_FILE, medianLines } from './shape.js'
import { PACKAGES, readSources, shipped, type Source } from './sources.js'

const file = (text: string, path = 'packages/core/src/errors/a.ts'): Source => ({ path, text })
/** The server's entry tells its address on the terminal: that is what it is for. */
const TALKS = /^packages\/server\/src\/main\.ts:\d+: console$/

describe('files', () => {
  it('have at most 300 lines, half of them at most 120', () => {
    expect(longFiles(shipped())).toEqual([])
    for (const name of PACKAGES) expect(medianLines(readSources(`packages/${name}/src`)), name).toBeLessThanOrEqual(MEDIAN_FILE)
  })

  it('are told when they are longer', () => {
    expect(longFiles([file('\n'.repeat(301))])).toEqual(['packages/core/src/errors/a.ts: 301 lines'])
    expect(longFiles([file('\n'.repeat(300))])).toEqual([])
    expect(medianLines([file('a'), file('a\nb\nc\n'), file('a\nb\nc\nd\ne')])).toBe(3)
  })

  it('have names in kebab case', () => {
    expect(badNames(shipped())).toEqual([])
    expect(badNames([file('', 'packages/core/src/errors/LintasError.ts'), file('', 'packages/core/src/a_b.ts')])).toHaveLength(2)
  })
})

describe('functions', () => {
  const body = (count: number): string => `{\n${'  x()\n'.repeat(count)}}`

  it('have at most 40 lines', () => {
    expect(longFunctions(shipped())).toEqual([])
  })

  it('are told when they are longer, in every form', () => {
    const forms = ['function f() ', 'const f = () => ', 'const o = { f() ', 'class A { f() ', 'class A { constructor() ', 'class A { get f() ']
    for (const form of forms) {
      const close = form.includes('{ ') ? ' }' : ''
      expect(longFunctions([file(form + body(LONGEST_FUNCTION) + close)]), form).toEqual([])
      expect(longFunctions([file(form + body(LONGEST_FUNCTION + 1) + close)]), form).toHaveLength(1)
    }
  })
})

describe('syntax', () => {
  it('holds no any, console, default export, enum or namespace', () => {
    expect(bannedSyntax(shipped()).filter((fault) => !TALKS.test(fault))).toEqual([])
  })

  it('sees each of them', () => {
    const cases = {
      'let x: any': 'any',
      'console.log(1)': 'console',
      'globalThis.console.warn(1)': 'console',
      'export default 1': 'default export',
      'export default function f() {}': 'default export',
      'const x = 1; export { x as default }': 'default export',
      'enum A { B }': 'enum or namespace',
      'namespace A { export const b = 1 }': 'enum or namespace',
      "import { x } from './x'": 'import without .js',
    }
    for (const [text, what] of Object.entries(cases)) {
      expect(bannedSyntax([file(text)]), text).toEqual([`packages/core/src/errors/a.ts:1: ${what}`])
    }
  })

  it('lets the same letters pass in a string, a comment and a name', () => {
    expect(bannedSyntax([file('export {}; declare global { interface Window { x: 1 } }')])).toEqual([])
    expect(bannedSyntax([file("// any console\nconst s = 'any console'; const anyone = s; export { anyone }")])).toEqual([])
  })
})

describe('vocabulary', () => {
  it('is that of ISO/IEC 2382-37 and 30107', () => {
    const tests = PACKAGES.flatMap((name) => readSources(`packages/${name}`, (path) => /^packages\/[^/]+\/test\/.*\.ts$/.test(path)))
    const pages = readSources('packages/demo', (path) => path.endsWith('.html'))
    expect(bannedWords([...shipped(), ...tests, ...pages])).toEqual([])
  })

  it('sees the words that are not', () => {
    for (const word of ['genuine', 'Impostor', 'imposter', 'antiSpoofing', 'enrollment', 'enroll']) {
      expect(bannedWords([file(`const x = '${word}'`)]), word).toHaveLength(1)
    }
    expect(bannedWords([file('enrol enrolled enrolling enrolment mated bona fide')])).toEqual([])
  })
})
