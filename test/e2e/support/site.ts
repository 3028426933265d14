import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SECURITY_HEADERS, createApp } from '@lintas/server'
import type { FastifyReply } from 'fastify'
import { pictureFile } from './portraits.js'

/** How the site answers a request instead of as it should. */
export type Misbehaviour = 'missing' | 'corrupted' | 'html' | 'mime' | 'cut' | 'stalled' | 'unreachable'

/** The real demo server with ears: it tells what was asked, hears of violations, and misbehaves when told. */
export interface Site {
  /** Ends with a slash. */
  readonly origin: string
  /** Paths asked for since the last {@link Site.forget}, in order. */
  readonly requested: readonly string[]
  /** Violations of the content security policy that browsers reported, workers' included. */
  readonly violations: readonly string[]
  forget(): void
  /** From now on answers `path` wrongly where `how` says so; undefined: as it should. */
  misbehave(how: ((path: string) => Misbehaviour | undefined) | undefined): void
  close(): Promise<void>
}

/** What of a report tells where and what. */
interface CspReport {
  readonly 'csp-report'?: { readonly 'effective-directive'?: string; readonly 'blocked-uri'?: string; readonly 'source-file'?: string }
}

const REPORTS = '/csp-report'

/** Serves `pages`, `assets` and the fixtures' pictures under `/pictures/` with the header of the real server, on a free port. */
export async function openSite({ pages, assets }: { readonly pages: string; readonly assets: string }): Promise<Site> {
  const app = createApp({ pages, assets })
  const requested: string[] = []
  const violations: string[] = []
  const assetFile = (path: string): string => join(assets, path.replace(/^\/lintas\//, ''))
  let wrong: ((path: string) => Misbehaviour | undefined) | undefined
  app.addHook('onRequest', async (request, reply) => {
    const path = new URL(request.url, 'http://site').pathname
    if (path === REPORTS) return
    requested.push(path)
    const how = wrong?.(path)
    switch (how) {
      case undefined:
        return
      case 'missing':
        return reply.headers(SECURITY_HEADERS).code(404).send('not here')
      case 'html':
        return reply.headers(SECURITY_HEADERS).type('text/html').send('<!doctype html><title>Sign in</title>')
      case 'mime':
        return reply
          .headers(SECURITY_HEADERS)
          .type('text/plain')
          .send(await readFile(assetFile(path)))
      case 'cut':
      case 'stalled':
        reply.hijack()
        await sendPart(reply, await readFile(assetFile(path)), how === 'cut')
        return
      case 'corrupted':
        return reply
          .headers(SECURITY_HEADERS)
          .type('application/octet-stream')
          .send(await corrupted(assetFile(path)))
      case 'unreachable':
        reply.hijack()
        request.raw.socket.destroy()
    }
  })
  // The policy stays what it is; it only learns where to tell of violations. That hears workers too, whose events no page sees.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const policy = reply.getHeader('content-security-policy')
    if (typeof policy === 'string') reply.header('content-security-policy', `${policy}; report-uri ${REPORTS}`)
    done()
  })
  app.addContentTypeParser('application/csp-report', { parseAs: 'string' }, (_request, body, done) => {
    done(null, JSON.parse(String(body)))
  })
  app.post<{ Body: CspReport }>(REPORTS, async ({ body }, reply) => {
    const report = body['csp-report'] ?? {}
    violations.push(`${report['effective-directive'] ?? '?'}: ${report['blocked-uri'] ?? '?'} in ${report['source-file'] ?? '?'}`)
    return reply.code(204).send()
  })
  app.get<{ Params: { name: string } }>('/pictures/:name', async ({ params }, reply) =>
    reply
      .headers(SECURITY_HEADERS)
      .type('image/jpeg')
      .send(await readFile(pictureFile(params.name))),
  )
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    origin: `${address}/`,
    requested,
    violations,
    forget: () => void requested.splice(0),
    misbehave: (how) => void (wrong = how),
    close: () => app.close(),
  }
}

/** Promises the whole, sends the first half, and breaks off or falls silent. */
async function sendPart({ raw }: FastifyReply, bytes: Buffer, breakOff: boolean): Promise<void> {
  raw.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'application/octet-stream', 'content-length': bytes.length })
  await new Promise((sent) => raw.write(bytes.subarray(0, bytes.length >> 1), sent))
  if (breakOff) raw.destroy()
}

/** The right length and one wrong bit. */
async function corrupted(path: string): Promise<Buffer> {
  const bytes = await readFile(path)
  const middle = bytes.length >> 1
  bytes[middle] = bytes[middle]! ^ 1
  return bytes
}
