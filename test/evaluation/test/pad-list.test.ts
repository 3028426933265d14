import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIONS } from '../../../packages/core/src/liveness/challenge/index.js'
import { challengeText } from '../../attacks/session.js'
import { parseChallenge, showsInOrder } from '../pad/challenge.js'
import { presentationsOf, readList } from '../pad/list.js'
import { readOptions } from '../pad/options.js'

const HEAD = 'file,label,species,subject,kind,challenge\n'

describe('the actions of a clip', () => {
  it('are read with and without times, in milliseconds and seconds, parted in the usual ways', () => {
    expect(parseChallenge('turn-left@1500, blink@4s;open_mouth → MOVE-BACK@6.5s')).toEqual([
      { action: 'turn-left', startMs: 1500 },
      { action: 'blink', startMs: 4000 },
      { action: 'open-mouth' },
      { action: 'move-back', startMs: 6500 },
    ])
  })

  it.each([
    ['smile@100', /no action "smile"; there are turn-left/],
    ['blink@soon', /blink@soon: a time is milliseconds/],
    ['blink@-5', /a time is milliseconds/],
    ['blink@1@2', /a time is milliseconds/],
    ['blink@4000 turn-left@1500', /turn-left@1500 comes before/],
  ])('%s is refused by what is wrong with it', (text, said) => {
    expect(() => parseChallenge(text)).toThrow(said)
  })

  it('are the same after writing and reading', () => {
    const times = fc.array(fc.record({ action: fc.constantFrom(...ACTIONS), startMs: fc.nat(100_000) }), { maxLength: 6 })
    fc.assert(
      fc.property(times, (listed) => {
        const sorted = [...listed].sort((one, other) => one.startMs - other.startMs)
        expect(parseChallenge(challengeText(sorted))).toEqual(sorted)
      }),
    )
  })

  it('show a sequence whose actions they hold in that order, among others too', () => {
    const listed = parseChallenge('blink turn-left open-mouth')
    expect(showsInOrder(listed, ['blink', 'open-mouth'])).toBe(true)
    expect(showsInOrder(listed, ['open-mouth', 'blink'])).toBe(false)
    expect(showsInOrder(listed, ['blink', 'turn-left', 'open-mouth', 'blink'])).toBe(false)
  })
})

describe('a list', () => {
  it('takes its columns in any order, with more of them, and no challenge column', () => {
    const [row] = readList('kind,subject,note,species,label,file\nvideo,p1,x,replay,Attack,a/b.mp4\n')
    expect(row).toEqual({ file: 'a/b.mp4', label: 'attack', species: 'replay', subject: 'p1', kind: 'video' })
  })

  it('takes what programs write for nothing as nothing', () => {
    const [row] = readList(`${HEAD}a.mp4,bona-fide,live,p1,video,None\n`)
    expect(row).not.toHaveProperty('challenge')
  })

  it.each([
    ['', /empty/],
    ['file,label\nx,attack\n', /lacks the column species, subject, kind/],
    [HEAD, /no rows/],
    [`${HEAD}a.mp4,fake,print,p1,video,\n`, /line 2: label is bona-fide or attack, not "fake"/],
    [`${HEAD}a.mp4,attack,print,p1,film,\n`, /line 2: kind is video or image/],
    [`${HEAD}a.mp4,attack,,p1,video,\n`, /line 2: species is empty/],
    [`${HEAD}a.mp4,attack,print,p1,video,smile\n`, /line 2: there is no action "smile"/],
    [`${HEAD}a.jpg,attack,print,p1,image,blink\n`, /line 2: a picture has no challenge/],
    [`${HEAD}a.mp4,attack,print,p1,video,\na.mp4,attack,print,p1,video,\n`, /line 3: a.mp4 is listed on line 2 already/],
  ])('%j is refused by what is wrong with it', (text, said) => {
    expect(() => readList(text)).toThrow(said)
  })

  it('judges whole check-ins where a clip shows enough actions, pictures of a session together, and loses none', () => {
    const pictures = Array.from({ length: 12 }, (_, index) => `p${index}.jpg,bona-fide,live,p1,image,s1,`)
    const text = [
      'file,label,species,subject,kind,session,challenge',
      'a.mp4,attack,replay,p1,video,,blink@1 turn-left@2 blink@3',
      'b.mp4,attack,replay,p1,video,,turn-left@1',
      ...pictures,
      'q.jpg,bona-fide,live,p1,image,s2,',
    ].join('\n')
    const presentations = presentationsOf(readList(text), 5, 3)
    expect(presentations.map(({ level, files }) => [level, files.length])).toEqual([
      ['check-in', 1],
      ['layers', 1],
      ['frames', 5],
      ['frames', 7],
      ['frames', 1],
    ])
    expect(new Set(presentations.flatMap(({ files }) => files)).size).toBe(15)
  })
})

describe('the arguments', () => {
  it('have defaults, and the list’s folder for root', () => {
    expect(readOptions(['--list', 'data/list.csv'])).toMatchObject({ root: 'data', route: 'standard', fps: 10, draws: 0, lanes: 2 })
    expect(readOptions(['--help'])).toBeUndefined()
  })

  it.each([
    [[], /--list is missing/],
    [['--list', 'a.csv', '--fps', '0'], /--fps is a whole number from 1 to 60, not "0"/],
    [['--list', 'a.csv', '--route', 'none'], /--route is one of standard/],
    [['--list', 'a.csv', '--colour'], /colour/],
  ])('%j is refused by what is wrong with it', (args, said) => {
    expect(() => readOptions(args)).toThrow(said)
  })
})
