/** `ms` of nothing, or the signal's reason. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const { stop } = whenAborted(signal, () => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    })
    const timer = setTimeout(() => {
      stop()
      resolve()
    }, ms)
  })
}

/** What `work` gives; the signal that it gets aborts after `ms`, and with `signal`. */
export async function within<T>(ms: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const { stop } = whenAborted(signal, () => {
    controller.abort(signal?.reason)
  })
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError'))
  }, ms)
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    stop()
  }
}

/** Calls `then` when `signal` aborts, or soon where it has. Browsers of 2023 have no `AbortSignal.any`. */
function whenAborted(signal: AbortSignal | undefined, then: () => void): { readonly stop: () => void } {
  if (signal?.aborted === true) queueMicrotask(then)
  else signal?.addEventListener('abort', then, { once: true })
  return {
    stop: () => {
      signal?.removeEventListener('abort', then)
    },
  }
}
