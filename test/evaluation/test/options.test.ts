import { describe, expect, it } from 'vitest'
import { readOptions } from '../src/options.js'

const options = (...args: string[]) => readOptions(['--root', 'data', '--pairs', 'pairs.csv', ...args])!

describe('options', () => {
  it('name what is wrong', () => {
    expect(() => readOptions([])).toThrow('--root is missing')
    expect(() => readOptions(['--root', 'a', '--pairs', 'b', '--nonsense'])).toThrow('--nonsense')
    expect(() => options('--engine', 'deno')).toThrow('--engine is browser or node, not "deno"')
    expect(() => options('--mean', 'all')).toThrow('--mean is leave-two-out, not "all"')
    expect(() => options('--lanes', '0')).toThrow('--lanes is a whole number from 1 to 16, not "0"')
    expect(() => options('--subject-pattern', '(')).toThrow('--subject-pattern')
    expect(() => options('--engine', 'node', '--detector', 'mediapipe')).toThrow('--detector mediapipe needs a browser')
  })

  it('take the shipped weights for the shipped spaces, where none are given', () => {
    const shipped = [
      { space: 'x', weight: 0.2 },
      { space: 'y', weight: 0.8 },
    ]
    const read = (text: string) => readOptions(['--root', 'a', '--pairs', 'b', '--model', text], shipped)?.variants?.[0]?.models
    expect(read('y,x')).toEqual([
      { space: 'y', weight: 0.8 },
      { space: 'x', weight: 0.2 },
    ])
    expect(read('x')).toEqual([{ space: 'x', weight: 1 }])
    expect(read('x:1,y:1')?.map(({ weight }) => weight)).toEqual([0.5, 0.5])
    expect(read('x,z')?.map(({ weight }) => weight)).toEqual([0.5, 0.5])
  })

  it('read weights, equal where none are given, and make them add up to 1', () => {
    const x = { space: 'x', weight: 1 }
    const modelsOf = (...texts: string[]) => options(...texts.flatMap((text) => ['--model', text])).variants?.map(({ models }) => models)
    expect(modelsOf('x:1,y:3')).toEqual([
      [
        { ...x, weight: 0.25 },
        { space: 'y', weight: 0.75 },
      ],
    ])
    expect(modelsOf('x,y', 'x')).toEqual([
      [
        { ...x, weight: 0.5 },
        { space: 'y', weight: 0.5 },
      ],
      [x],
    ])
    expect(options('--model', 'x@0.3@0.4').variants).toEqual([{ models: [x], thresholds: [0.3, 0.4] }])
    expect(() => options('--model', 'x@2')).toThrow('--model is a number from -1 to 1, not "2"')
    expect(() => options('--model', 'x:1,y')).toThrow('weights for all or for none')
    expect(() => options('--model', 'x:0')).toThrow('the weight of x is not above 0')
    expect(() => options('--model', 'x,x')).toThrow('one space twice')
  })
})
