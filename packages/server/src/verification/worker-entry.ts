import { parentPort, workerData } from 'node:worker_threads'
import { LintasError } from '@lintas/core/errors'
import { VerificationError } from './errors.js'
import { openLine } from './line.js'
import type { Answer, Job, ThreadData } from './wire.js'

// A thread of the pool: `createVerifier` starts it.
const port = parentPort
if (port === null) throw new TypeError('worker-entry is a thread of the verifier')
const say = (answer: Answer): void => {
  port.postMessage(answer)
}

const line = openLine(workerData as ThreadData)
port.on('message', ({ id, input }: Job) => {
  line.verify(input).then(
    (findings) => {
      say({ type: 'done', id, findings })
    },
    (fault: unknown) => {
      say({ type: 'failed', id, ...toldOf(fault) })
    },
  )
})
await line.ready
say({ type: 'ready' })

function toldOf(fault: unknown): Pick<Extract<Answer, { type: 'failed' }>, 'kind' | 'code' | 'message'> {
  const message = fault instanceof Error ? fault.message : String(fault)
  if (fault instanceof LintasError) return { kind: 'lintas', code: fault.code, message }
  if (fault instanceof VerificationError) return { kind: 'verification', code: fault.code, message }
  return { kind: 'other', code: 'verifier-failed', message }
}
