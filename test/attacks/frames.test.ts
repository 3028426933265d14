import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { framesOf, SPECIES, writeMjpeg, type AttackFrame, type AttackOptions, type Species } from './index.js'

const NAMES = Object.keys(SPECIES) as Species[]
const OPTIONS: AttackOptions = { portrait: 'obama', fps: 5, seconds: 0.6, seed: 7 }

async function collect(species: Species, options: AttackOptions = OPTIONS): Promise<AttackFrame[]> {
  const frames: AttackFrame[] = []
  for await (const frame of framesOf(species, options)) frames.push(frame)
  return frames
}

const made = new Map<Species, Promise<AttackFrame[]>>()

/** The frames with {@link OPTIONS}, made once. */
function once(species: Species): Promise<AttackFrame[]> {
  const frames = made.get(species) ?? collect(species)
  made.set(species, frames)
  return frames
}

const digest = (frames: readonly AttackFrame[]): string =>
  frames.reduce((hash, { raster, timestampMs }) => hash.update(raster.data).update(String(timestampMs)), createHash('sha256')).digest('hex')

describe.each(NAMES)('the frames of %s', (species) => {
  it('are 640 × 480 opaque pictures whose number and times are those of the camera', async () => {
    const frames = await once(species)
    expect(frames).toHaveLength(3)
    frames.forEach(({ raster, timestampMs }, index) => {
      expect([raster.width, raster.height, raster.data.length]).toEqual([640, 480, 640 * 480 * 4])
      expect(raster.data.filter((_, at) => at % 4 === 3).every((alpha) => alpha === 255)).toBe(true)
      expect(Math.abs(timestampMs - index * 200)).toBeLessThanOrEqual(3)
    })
  })

  it('are the same for the same seed, and others for another one', async () => {
    const [first, again, other] = [await once(species), await collect(species), await collect(species, { ...OPTIONS, seed: 8 })]
    expect(digest(again)).toBe(digest(first))
    // A picture put in place of the camera is one picture, whatever the seed.
    if (species !== 'injected-still') expect(digest(other)).not.toBe(digest(first))
  })
})

describe('times', () => {
  it('stray from an even step where a camera is before the attack, and nowhere else', async () => {
    const uneven = (frames: readonly AttackFrame[]): boolean => frames.some(({ timestampMs }, index) => Math.abs(timestampMs - index * 200) > 1e-9)
    for (const species of NAMES) expect(uneven(await once(species)), species).toBe(SPECIES[species].channel === 'presented')
  })
})

describe('wrong options', () => {
  it.each([
    ['portrait', { portrait: 'nobody' as 'obama' }],
    ['seed', { portrait: 'obama', seed: -1 }],
    ['fps', { portrait: 'obama', fps: 0 }],
    ['seconds', { portrait: 'obama', seconds: 0 }],
  ] as const)('are refused by name: %s', async (name, options) => {
    await expect(framesOf('puppet', options).next()).rejects.toThrow(new RegExp(`^${name}: `))
  })
})

describe('the camera file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attacks-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is baseline JPEGs, 4:2:0, 640 × 480, end to end', async () => {
    const path = join(folder, 'still.mjpeg')
    expect(await writeMjpeg('photo-held', path, OPTIONS)).toBe(path)
    const bytes = await readFile(path)
    const starts = positions(bytes, [0xff, 0xd8, 0xff])
    expect(starts).toHaveLength(3)
    expect(starts[0]).toBe(0)
    expect(positions(bytes, [0xff, 0xc2])).toHaveLength(0)
    const heads = positions(bytes, [0xff, 0xc0, 0x00, 0x11])
    expect(heads).toHaveLength(3)
    for (const at of heads) {
      expect([bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)]).toEqual([480, 640])
      // Three components: number, sampling, table. Luma twice as fine along both axes.
      expect([bytes[at + 11], bytes[at + 14], bytes[at + 17]]).toEqual([0x22, 0x11, 0x11])
    }
  })
})

function positions(bytes: Buffer, pattern: readonly number[]): number[] {
  const found: number[] = []
  for (let at = bytes.indexOf(Buffer.from(pattern)); at >= 0; at = bytes.indexOf(Buffer.from(pattern), at + 1)) found.push(at)
  return found
}
