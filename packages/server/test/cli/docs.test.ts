import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseCommand, USAGE } from '../../src/cli/run.js'

// Whoever types what a guide says, in a bad hour perhaps, has to be understood.
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

function markdown(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'reference' ? [] : markdown(join(folder, entry.name))
    return /\.(?:md|example)$/u.test(entry.name) ? [join(ROOT, folder, entry.name)] : []
  })
}

/** Lines that call `lintas`: in a code span, in a block of code, in a crontab. */
function commandsIn(text: string): readonly string[] {
  const spans = [...text.matchAll(/`lintas ([^`]+)`/gu)].map(([, line = '']) => line)
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```/gu)].flatMap(([, block = '']) => block.split('\n'))
  const lines = blocks.flatMap((line) => /(?:^|\s|\/)lintas ((?:[a-z-]+ ?){1,2}(?:--.*)?)$/u.exec(line)?.[1] ?? [])
  return [...spans, ...lines].map((line) => line.replace(/\s+[>|].*$/u, ''))
}

const words = (line: string): readonly string[] =>
  [...line.replace(/(?<!--[a-z-]+) …/gu, '').matchAll(/"([^"]*)"|(\S+)/gu)].map(([, quoted, bare = '']) => quoted ?? bare)

/** Options that a line of the usage does not put into brackets. */
function neededBy(name: string): readonly string[] {
  const lines = USAGE.split('\n').filter((line) => line.startsWith(`  ${name} `) || line === `  ${name}`)
  const options = lines.map((line) => [...line.replaceAll(/\[[^\]]*\]/gu, '').matchAll(/--([a-z-]+)/gu)].map(([, option = '']) => option))
  return options.reduce((common, some) => common.filter((option) => some.includes(option)), options[0] ?? [])
}

const FILES = ['README.md', 'CONTRIBUTING.md'].map((name) => join(ROOT, name)).concat(markdown('docs'), join(ROOT, 'packages/server/.env.example'))
const COMMANDS = FILES.flatMap((path) => commandsIn(readFileSync(path, 'utf8')).map((line) => [relative(ROOT, path), line] as const))

describe('a command in the documents', () => {
  it('is found where there are some', () => {
    expect(COMMANDS.map(([, line]) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['tenants', 'keys', 'heads', 'reapply-erasures', 'vectors']),
    )
    expect(commandsIn('`lintas heads --tenant x > f`\n```\n0 1 * * * cd /srv && npx lintas sweep\nlintas keys list --tenant "a b"\n```')).toEqual([
      ...['heads --tenant x', 'sweep', 'keys list --tenant "a b"'],
    ])
    expect(neededBy('verify-ledger')).toEqual(['tenant', 'heads'])
    expect(neededBy('heads')).toEqual([])
    expect(() => parseCommand(['reapply-erasures', '--file', 'x'])).toThrow(/--file/u)
  })

  it.each(COMMANDS)('%s: lintas %s', (_path, line) => {
    const args = words(line)
    const { options } = parseCommand(args)
    // A command that is only named, or shortened, need not be whole.
    if (line.includes('…') || !line.includes('--')) return
    const name = args
      .slice(
        0,
        args.findIndex((word) => word.startsWith('--')),
      )
      .join(' ')
    for (const option of neededBy(name)) expect(options, `--${option}`).toHaveProperty(option)
  })
})
