import { trustedScriptUrl } from './trusted-url.js'

/** Threads of ONNX Runtime run this very bundle again, under names that start so; they must not serve. */
const THREAD_NAME = 'em-pthread'

/** Whether this worker is a thread of ONNX Runtime inside our worker. */
export function isRuntimeThread(): boolean {
  return (globalThis as { name?: string }).name?.startsWith(THREAD_NAME) === true
}

/**
 * Lets ONNX Runtime start its threads under Trusted Types: it calls `new Worker` with a plain URL, which the header refuses. The subclass
 * hands the URL to our policy, which lets only the page's own origin pass.
 */
export function trustThreadWorkers(): void {
  const Plain = globalThis.Worker
  globalThis.Worker = class extends Plain {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(trustedScriptUrl(String(url)), options)
    }
  }
}
