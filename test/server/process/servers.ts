import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Variables of a server of its own. */
export type ServerEnvironment = Readonly<Record<string, string>>

/** A server in a process of its own. */
export interface ServerProcess {
  readonly address: string
  readonly process: ChildProcess
  /** Ends it and waits until it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/** `told-verifier.ts` as a script that Node runs. */
export async function buildServer(): Promise<string> {
  const { bundle } = await import('../load.mjs')
  return await bundle(fileURLToPath(new URL('./told-verifier.ts', import.meta.url)), 'told-verifier')
}

/**
 * Starts `script`, which writes its address in its first line, or in its log.
 * @throws Error with what it said where it ends before that
 */
export async function startServer(script: string, environment: ServerEnvironment): Promise<ServerProcess> {
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, HOST: '127.0.0.1', PORT: '0', ...environment }
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+\//u.exec(line)?.[0]
      if (found !== undefined) resolve(found)
    })
    void gone.then(() => reject(new Error(`the server ended: ${said}`)))
  })
  return {
    address,
    process: child,
    end: async (signal) => {
      child.kill(signal)
      await gone
    },
  }
}
