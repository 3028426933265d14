import { describe, expect, it } from 'vitest'
import { protocolsIn, readPairs } from '../src/pairs.js'

describe('pairs file', () => {
  it('takes its columns in any order and any case, others aside', () => {
    const [pair] = readPairs('note,Mated,protocol,fileB,FILEA\nx,1,lfw,b/2.jpg,"a,1.jpg"\n')
    expect(pair).toEqual({ line: 2, fileA: 'a,1.jpg', fileB: 'b/2.jpg', mated: true, protocol: 'lfw' })
  })

  it.each(['fileA', 'fileB', 'mated'])('names a missing column: %s', (name) => {
    const header = ['fileA', 'fileB', 'mated', 'protocol'].filter((column) => column !== name).join(',')
    expect(() => readPairs(`${header}\nx,y,z\n`)).toThrow(`no column ${name}; it has ${header.replaceAll(',', ', ')}`)
  })

  it('does without a protocol column', () => {
    expect(readPairs('fileA,fileB,mated\na,b,false')).toEqual([{ line: 2, fileA: 'a', fileB: 'b', mated: false, protocol: '' }])
  })

  it('names the line of a wrong value, of a row too short, of an empty file', () => {
    expect(() => readPairs('fileA,fileB,mated\na,b,1\na,b,maybe')).toThrow('line 3 of the pairs file: mated is "maybe", not 1 or 0')
    expect(() => readPairs('fileA,fileB,mated\na,b')).toThrow('line 2 of the pairs file has 2 fields, the header 3')
    expect(() => readPairs('fileA,fileB,mated\na,,1')).toThrow('line 2 of the pairs file: fileB is empty')
    expect(() => readPairs('')).toThrow('the pairs file is empty')
    expect(() => readPairs('fileA,fileB,mated\n')).toThrow('a header and no pairs')
  })

  it('reads folds, alone and behind a name', () => {
    const rows = readPairs('fileA,fileB,mated,protocol\na,b,1,fold-0\na,b,1,fold-9')
    expect(rows.map(({ protocol, fold }) => [protocol, fold])).toEqual([
      ['', 0],
      ['', 9],
    ])
    const named = readPairs('fileA,fileB,mated,protocol\na,b,1,lfw/fold-3\na,b,1,lfw/fold-4\nc,d,0,other', { protocol: 'lfw' })
    expect(named.map(({ fold }) => fold)).toEqual([3, 4])
  })

  it('mixes no protocols: asks for one, and says which there are', () => {
    const text = 'fileA,fileB,mated,protocol\na,b,1,x\na,b,1,y\na,b,0,y'
    expect(() => readPairs(text)).toThrow('choose one with --protocol: x (1 pairs), y (2 pairs)')
    expect(readPairs(text, { protocol: 'y' })).toHaveLength(2)
    expect(() => readPairs(text, { protocol: 'z' })).toThrow('no protocol z; it has x (1 pairs), y (2 pairs)')
  })

  it('takes bare folds beside other protocols for one, which has a name', () => {
    const text = 'fileA,fileB,mated,protocol\na,b,1,fold-0\nc,d,1,nuaa\na,c,0,fold-1\ne,f,1,lfw/fold-1'
    expect(protocolsIn(text)).toEqual(['folds', 'nuaa', 'lfw'])
    expect(readPairs(text, { protocol: 'folds' }).map(({ fold }) => fold)).toEqual([0, 1])
    // One fold, and of no other data set.
    expect(readPairs(text, { protocol: 'fold-1' })).toHaveLength(1)
    expect(protocolsIn('fileA,fileB,mated\na,b,1')).toEqual(['(none)'])
  })

  it('takes 1.0 and 0.0 for what spreadsheets mean by them, and passes over blank lines', () => {
    expect(readPairs('fileA,fileB,mated\na,b,1.0\n   \na,c,0.0\n').map(({ mated }) => mated)).toEqual([true, false])
  })

  it('reads sessions of each file, or their relation, and refuses what is neither', () => {
    const both = readPairs('fileA,fileB,mated,dayA,dayB\na,b,1,mon,tue', { sessionColumn: 'day' })
    expect(both[0]).toMatchObject({ sessionA: 'mon', sessionB: 'tue' })
    expect(readPairs('fileA,fileB,mated,session\na,b,1,Cross')[0]).toMatchObject({ relation: 'cross' })
    const numbers = 'fileA,fileB,mated,session\na,b,1,3'
    expect(() => readPairs(numbers, { sessionColumn: 'session' })).toThrow('line 2 of the pairs file: the session is "3", neither same nor cross')
    const log: string[] = []
    expect(readPairs(numbers, {}, (line) => log.push(line))[0]).toMatchObject({ relation: 'unknown' })
    expect(log.join()).toContain('sessions are taken as unknown')
    expect(() => readPairs('fileA,fileB,mated\na,b,1', { sessionColumn: 'day' })).toThrow('neither a column day nor dayA and dayB')
  })
})
