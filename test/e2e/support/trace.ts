/** An event of Chromium's trace, as far as it is read here. */
interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Processor time, microseconds; wall-clock durations show the machine's load instead. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/**
 * The longest task of the main threads of pages, milliseconds of processor time.
 * @throws Error for a trace without tasks of such a thread, which would pass for an idle page
 */
export function longestTaskMs(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { readonly traceEvents: readonly TraceEvent[] }
  const main = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = traceEvents.filter(({ name, pid, tid, tdur }) => name.endsWith('RunTask') && tdur !== undefined && main.has(`${pid}/${tid}`))
  if (tasks.length === 0) throw new Error('the trace has no task of a page’s main thread')
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1000
}
