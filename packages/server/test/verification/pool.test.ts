import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LintasError } from '@lintas/core/errors'
import { createVerifier } from '../../src/verification/index.js'
import { ThreadPool } from '../../src/verification/pool.js'
import type { VerificationInput } from '../../src/verification/types.js'
import { MODELS } from './made.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const here = existsSync(`${MODELS}/weights/face-landmarks.onnx`)

/** A thread that does what a job's `sid` says, in place of verifying. */
const THREAD = `
import { parentPort, workerData } from 'node:worker_threads'
if (workerData.models === 'missing') throw new Error('no models')
parentPort.on('message', ({ id, input }) => {
  if (input.sid === 'die') process.exit(3)
  if (input.sid === 'forever') for (;;);
  if (input.sid === 'malformed') return parentPort.postMessage({ type: 'failed', id, kind: 'verification', code: 'evidence-malformed', message: 'x' })
  if (input.sid === 'unlike') return parentPort.postMessage({ type: 'failed', id, kind: 'lintas', code: 'models-unlike', message: 'x' })
  setTimeout(() => parentPort.postMessage({ type: 'done', id, findings: { sid: input.sid } }), 20)
})
parentPort.postMessage({ type: 'ready' })
`

describe('the pool of threads', () => {
  let folder = ''
  let entry: URL
  beforeAll(() => {
    mkdirSync(join(ROOT, '.lintas'), { recursive: true })
    folder = mkdtempSync(join(ROOT, '.lintas', 'pool-'))
    writeFileSync(join(folder, 'thread.mjs'), THREAD)
    entry = pathToFileURL(join(folder, 'thread.mjs'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const job = (sid: string): VerificationInput => ({ sid }) as VerificationInput
  const poolOf = (workers = 2, queueLimit = 3, models = 'here'): ThreadPool =>
    new ThreadPool({ entry, workers, queueLimit, data: { models, threads: 1 } })

  it('does every job, each with its own answer', async () => {
    const pool = poolOf(2, 50)
    await pool.ready
    const sids = Array.from({ length: 20 }, (_, at) => `s${at}`)
    expect(await Promise.all(sids.map((sid) => pool.run(job(sid))))).toEqual(sids.map((sid) => ({ sid })))
    await pool.close()
  })

  it('refuses with busy when the queue is full, and takes more when it is not', async () => {
    const pool = poolOf(1, 2)
    await pool.ready
    const taken = ['a', 'b', 'c'].map((sid) => pool.run(job(sid)))
    expect(pool.stats).toMatchObject({ busy: 1, queued: 2 })
    // Two before it, which have never been seen to take anything but the usual time.
    await expect(pool.run(job('d'))).rejects.toMatchObject({ code: 'busy', waitMs: 600 })
    await Promise.all(taken)
    expect(await pool.run(job('e'))).toEqual({ sid: 'e' })
    await pool.close()
  })

  it('ends a thread whose job takes too long, and another does the next', async () => {
    const pool = new ThreadPool({ entry, workers: 1, queueLimit: 3, jobMs: 300, data: { models: 'here', threads: 1 } })
    await pool.ready
    const [stuck, next] = [pool.run(job('forever')), pool.run(job('next'))]
    await expect(stuck).rejects.toMatchObject({ code: 'verifier-died' })
    expect(await next).toEqual({ sid: 'next' })
    expect(pool.stats).toEqual({ busy: 0, queued: 0, died: 1 })
    await pool.close()
  })

  it('replaces a thread that dies; its job alone fails', async () => {
    const pool = poolOf(1, 5)
    await pool.ready
    const [dead, next] = [pool.run(job('die')), pool.run(job('next'))]
    await expect(dead).rejects.toMatchObject({ code: 'verifier-died' })
    expect(await next).toEqual({ sid: 'next' })
    expect(pool.stats.died).toBe(1)
    await pool.close()
  })

  it('gives faults with their class and code', async () => {
    const pool = poolOf()
    await expect(pool.run(job('malformed'))).rejects.toMatchObject({ name: 'VerificationError', code: 'evidence-malformed' })
    const unlike = await pool.run(job('unlike')).catch((fault: unknown) => fault)
    expect(unlike).toBeInstanceOf(LintasError)
    expect(unlike).toMatchObject({ code: 'models-unlike' })
    await pool.close()
  })

  it('finishes on close what was taken, and takes nothing more', async () => {
    const pool = poolOf(1, 5)
    const taken = ['a', 'b', 'c'].map((sid) => pool.run(job(sid)))
    const closed = pool.close()
    await expect(pool.run(job('d'))).rejects.toMatchObject({ code: 'verifier-closed' })
    expect(await Promise.all(taken)).toHaveLength(3)
    await closed
  })

  it('says why no thread came up, and does not try in a loop', async () => {
    const pool = poolOf(1, 5, 'missing')
    await expect(pool.ready).rejects.toThrow('no models')
    await expect(pool.run(job('a'))).rejects.toThrow('no models')
    await pool.close()
  })
})

describe.skipIf(!here)('a verifier', () => {
  it('in this thread is busy beyond its queue, and closes', async () => {
    const verifier = createVerifier({ models: MODELS, workers: 0, queueLimit: 1 })
    await verifier.ready
    const nothing = { steps: [], bundle: { receipt: '', manifest: new Uint8Array(), series: [], frames: [] } } as unknown as VerificationInput
    const [one, two, three] = [verifier.verify(nothing), verifier.verify(nothing), verifier.verify(nothing)]
    await expect(three).rejects.toMatchObject({ code: 'busy' })
    await expect(one).rejects.toMatchObject({ code: 'evidence-malformed' })
    await expect(two).rejects.toMatchObject({ code: 'evidence-malformed' })
    await verifier.close()
    await expect(verifier.verify(nothing)).rejects.toMatchObject({ code: 'verifier-closed' })
  })

  it('names a wrong option', () => {
    expect(() => createVerifier({ models: MODELS, workers: 1.5 })).toThrow('workers')
    expect(() => createVerifier({ models: MODELS, queue: 3 } as never)).toThrow('queue')
  })
})
