import type { StageName } from './types.js'

/** Adds up milliseconds a stage. */
export class StopWatch {
  readonly times: Partial<Record<StageName, number>> = {}

  measure<T>(stage: StageName, work: () => T): T {
    const start = performance.now()
    const result = work()
    this.times[stage] = (this.times[stage] ?? 0) + performance.now() - start
    return result
  }

  async time<T>(stage: StageName, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    this.times[stage] = (this.times[stage] ?? 0) + performance.now() - start
    return result
  }
}
