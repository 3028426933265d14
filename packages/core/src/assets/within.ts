/**
 * What `step` gives, unless `signal` is aborted (its reason is thrown) or `limitMs` pass without an answer (`late` is thrown). `step` itself
 * goes on: the caller stops it. Needed because not every fetch heeds its signal once it hangs.
 */
export function within<T>(step: Promise<T>, limitMs: number, late: () => Error, signal: AbortSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(late())), limitMs)
    const onAbort = (): void => settle(() => reject(signal?.reason as Error))
    const settle = (how: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      how()
    }
    const answered = (): void => settle(() => resolve(step))
    step.then(answered, answered)
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort)
  })
}

/** Resolves after `ms`. @throws the reason of `signal` as soon as it is aborted */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
