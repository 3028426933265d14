// A LINTAS server as a process, whose verifier is told what to say: everything but inference is as it is shipped.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { PAD_NOT_ASSESSED } from '../../../packages/core/src/liveness/index.js'
import { readConfig } from '../../../packages/server/src/config/index.js'
import { listen } from '../../../packages/server/src/listen.js'
import { createLintasServer } from '../../../packages/server/src/server.js'
import type { Findings, VerificationInput } from '../../../packages/server/src/verification/index.js'

/** Subjects whose evidence is never good enough; the test names them. */
const REFUSED = /^refused-/u

/** About as long as a verification takes on a fast machine, so that submissions lie on top of each other. */
const TAKES_MS = 40

async function verify({ subjectId }: VerificationInput): Promise<Findings> {
  await sleep(TAKES_MS)
  const refused = REFUSED.test(subjectId)
  return {
    outcome: refused ? 'refused' : 'admitted',
    reasons: refused ? ['comparison:non-match'] : [],
    ...{ layers: {}, pad: PAD_NOT_ASSESSED, disagreement: [], frames: [], replay: new Uint8Array(randomBytes(64)), timingsMs: {} },
  } as unknown as Findings
}

const close = (): Promise<void> => Promise.resolve()
const stats = () => ({ busy: 0, queued: 0, died: 0 })
const config = readConfig(process.env)
const server = await createLintasServer(config, {
  ...{ log: false, policy: { provisional: 'admit' }, verifier: { ready: Promise.resolve(), verify, close, stats } },
})
process.stdout.write(`${await listen(server.app, config.listen)}\n`)
