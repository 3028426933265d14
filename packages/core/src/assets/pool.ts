/**
 * Runs `work` over `items`, at most `limit` at a time. The first fault, or the abort of `signal`, stops the others through the signal that
 * `work` is given; it is thrown once all have come to rest.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const group = new AbortController()
  const onAbort = (): void => group.abort(signal?.reason)
  signal?.throwIfAborted()
  signal?.addEventListener('abort', onAbort)
  const queue = items.values()
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      group.signal.throwIfAborted()
      await work(item, group.signal)
    }
  }
  try {
    const lanes = Array.from({ length: Math.min(limit, items.length) }, () =>
      lane().catch((error: unknown) => {
        group.abort(error)
      }),
    )
    await Promise.all(lanes)
    group.signal.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
