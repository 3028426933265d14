import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SerialQueue } from '../../src/inference/index.js'

describe('SerialQueue', () => {
  it('runs jobs in order, one at a time, and a failed one fails no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (fails) => {
        const queue = new SerialQueue()
        const order: number[] = []
        let running = 0
        const results = await Promise.allSettled(
          fails.map((fail, index) =>
            queue.run(async () => {
              running += 1
              expect(running).toBe(1)
              order.push(index)
              await Promise.resolve()
              running -= 1
              if (fail) throw new Error(String(index))
              return index
            }),
          ),
        )
        expect(order).toEqual(fails.map((_, index) => index))
        expect(results.map(({ status }) => status)).toEqual(fails.map((fail) => (fail ? 'rejected' : 'fulfilled')))
      }),
    )
  })
})
