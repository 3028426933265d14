import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { QueueStats } from './ports.js'

/** Counts for whoever runs the server. Nothing in it tells of a subject: labels are outcomes, routes and statuses. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  decided(purpose: 'check-in' | 'enrolment', outcome: string): void
  answered(route: string, method: string, status: number, seconds: number): void
}

/** Seconds: a verification takes some tenths of a second to some seconds. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Metrics in a registry of their own: several servers in one process do not count together. The one file that knows prom-client. */
export function createMetrics(
  queue?: () => QueueStats,
  leftOut: () => number | undefined = () => undefined,
  reviews?: () => Promise<number>,
): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const outcomes = new Counter({
    ...{ name: 'lintas_submissions_total', help: 'Submissions of evidence by purpose and outcome', registers },
    labelNames: ['purpose', 'outcome'] as const,
  })
  const durations = new Histogram({
    ...{ name: 'lintas_request_seconds', help: 'Requests by route, method and status', registers, buckets: BUCKETS },
    labelNames: ['route', 'method', 'status'] as const,
  })
  if (queue !== undefined) {
    const gauge = new Gauge({
      ...{ name: 'lintas_verifications', help: 'Verifications that wait and that run', registers, labelNames: ['state'] as const },
      collect: () => {
        const { waiting, running } = queue()
        gauge.set({ state: 'waiting' }, waiting)
        gauge.set({ state: 'running' }, running)
      },
    })
  }
  const left = new Gauge({
    ...{ name: 'lintas_duplicate_search_left_out', help: 'References that the last search for duplicates could not compare', registers },
    labelNames: ['reason'] as const,
    collect: () => {
      const count = leftOut()
      // Before the first search nobody knows, which is not 0.
      if (count !== undefined) left.set({ reason: 'models' }, count)
    },
  })
  if (reviews !== undefined) waitingReviews(registers, reviews)
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    decided: (purpose, outcome) => outcomes.inc({ purpose, outcome }),
    answered: (route, method, status, seconds) => durations.observe({ route, method, status: String(status) }, seconds),
  }
}

function waitingReviews(registers: Registry[], reviews: () => Promise<number>): void {
  const gauge = new Gauge({
    ...{ name: 'lintas_reviews_waiting', help: 'Check-ins that wait for an officer, of all tenants', registers },
    collect: async () => {
      // Where the database does not answer nobody knows, which is neither 0 nor what it was before; everything else is told all the same.
      const count = await reviews().catch(() => Number.NaN)
      gauge.set(count)
    },
  })
}
