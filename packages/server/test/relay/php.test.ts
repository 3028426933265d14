import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateServerKey, publicJwks, signDecision, type DecisionClaims } from '@lintas/core/receipt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeServer } from './fake-server.js'
import { KEY, ORIGIN, relaySuite, SUBJECT, type RelayUnderTest } from './suite.js'

const FOLDER = fileURLToPath(new URL('../../../../docs/examples/php-relay/', import.meta.url))
const isHere = spawnSync('php', ['-v']).status === 0
const ABSENT = 'php is not here: apt-get install php-cli'
const LOGIN_ID = 'loggedinbrowser0123456789'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function startPhp(server: string): Promise<{ readonly php: ChildProcess; readonly address: string; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'lintas-php-'))
  writeFileSync(join(folder, `sess_${LOGIN_ID}`), `lintas_subject|s:${SUBJECT.length}:"${SUBJECT}";`)
  const port = await freePort()
  const options = ['-d', `session.save_path=${folder}`, '-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, join(FOLDER, 'relay.php')]
  const env = { ...process.env, LINTAS_URL: server, LINTAS_KEY: KEY, LINTAS_ORIGIN: ORIGIN }
  const php = spawn('php', options, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    php.once('exit', (code) => reject(new Error(`php ended with ${String(code)}`)))
    php.stderr.on('data', (chunk: Buffer) => chunk.toString().includes('started') && resolve())
  })
  return { php, address: `http://127.0.0.1:${port}/lintas-api/`, folder }
}

describe.skipIf(!isHere)(isHere ? 'the relay in PHP' : `the relay in PHP: ${ABSENT}`, () => {
  const fake = fakeServer()
  let started: Awaited<ReturnType<typeof startPhp>>
  beforeAll(async () => {
    started = await startPhp(await fake.app.listen({ host: '127.0.0.1', port: 0 }))
  })
  afterAll(async () => {
    started.php.kill()
    rmSync(started.folder, { recursive: true, force: true })
    await fake.app.close()
  })
  const ask: RelayUnderTest['ask'] = async ({ path, headers, body }) => {
    const told = await fetch(started.address + path, { method: 'POST', headers, body: body as BodyInit })
    return { status: told.status, headers: Object.fromEntries(told.headers), text: await told.text() }
  }
  relaySuite(() => ({ fake, login: { cookie: `PHPSESSID=${LOGIN_ID}` }, ask }))

  it('says when the server is not there', async () => {
    const gone = fakeServer()
    const nowhere = await gone.app.listen({ host: '127.0.0.1', port: 0 })
    await gone.app.close()
    const other = await startPhp(nowhere)
    const headers = { origin: ORIGIN, 'content-type': 'application/json', cookie: `PHPSESSID=${LOGIN_ID}` }
    const told = await fetch(`${other.address}session`, { method: 'POST', headers, body: '{"purpose":"check-in"}' })
    expect([told.status, ((await told.json()) as { code: string }).code]).toEqual([502, 'server-unreachable'])
    other.php.kill()
    rmSync(other.folder, { recursive: true, force: true })
  })
})

const SCRIPT = `require ${JSON.stringify(join(FOLDER, 'verify-decision.php'))};
$cases = json_decode(stream_get_contents(STDIN), true);
$told = array_map(function (array $case): string {
  try { return 'ok ' . lintas_verify_decision($case['jws'], $case['jwks'], $case['expected'])['outcome']; }
  catch (RuntimeException $fault) { return $fault->getMessage(); }
}, $cases);
echo json_encode($told);`

/** What PHP says of each. */
function verified(cases: readonly object[]): readonly string[] {
  const { stdout, stderr, status } = spawnSync('php', ['-d', 'error_reporting=32767', '-r', SCRIPT], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as readonly string[]
}

describe.skipIf(!isHere)(isHere ? 'a decision checked in PHP' : `a decision checked in PHP: ${ABSENT}`, () => {
  const claims: DecisionClaims = {
    ...{ iss: 'lintas', aud: 'opd-1', sid: 'session-0123456789abcdef', sub: SUBJECT, purpose: 'check-in', outcome: 'admitted' },
    ...{ assurance: 'server-verified', at: 1_772_000_000, seq: 1, head: 'A'.repeat(43), jti: 'jti-0123456789abcdef', iat: 1_772_000_000 },
  }
  const { iss, aud, sid, sub, purpose } = claims
  const expected = { iss, aud, sid, sub, purpose }

  it('is taken whatever its signature looks like in DER', async () => {
    const key = await generateServerKey()
    const jwks = publicJwks([key, await generateServerKey()])
    // Of 120 signatures some have an r or s with a leading zero or a first bit of 1.
    const cases = await Promise.all(Array.from({ length: 120 }, async () => ({ jws: await signDecision(claims, key), jwks, expected })))
    expect(new Set(verified(cases))).toEqual(new Set(['ok admitted']))
  })

  it('is refused when it is another’s, altered, or no decision', async () => {
    const [key, other] = [await generateServerKey(), await generateServerKey()]
    const jwks = publicJwks([key])
    const jws = await signDecision(claims, key)
    const [header = '', payload = '', signature = ''] = jws.split('.')
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const decoded = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    const forged = `${header}.${encode({ ...claims, sub: 'another' })}.${signature}`
    const reheaded = (changes: object): string => `${encode({ ...decoded, ...changes })}.${payload}.${signature}`
    const wrong = [
      { jws, jwks, expected: { ...expected, sub: 'another' } },
      { jws, jwks, expected: { ...expected, aud: 'opd-2' } },
      { jws, jwks, expected: { ...expected, sid: 'session-of-yesterday' } },
      { jws, jwks, expected: { ...expected, purpose: 'enrolment' } },
      { jws, jwks, expected: { ...expected, iss: 'else' } },
      { jws: forged, jwks, expected: { ...expected, sub: 'another' } },
      { jws: await signDecision(claims, other), jwks, expected },
      { jws: reheaded({ alg: 'none' }), jwks, expected },
      { jws: reheaded({ alg: 'HS256' }), jwks, expected },
      { jws: reheaded({ typ: 'lintas-receipt+jwt' }), jwks, expected },
      { jws: reheaded({ crit: ['exp'] }), jwks, expected },
      { jws: `${header}.${payload}.`, jwks, expected },
      { jws: `${header}.${payload}.${'A'.repeat(86)}`, jwks, expected },
      { jws: `${jws}.x`, jwks, expected },
      { jws, jwks: { keys: [] }, expected },
    ]
    expect(verified(wrong)).toEqual([
      ...['it is of another sub', 'it is of another aud', 'it is of another sid', 'it is of another purpose', 'it is of another iss'],
      ...['its signature is not good', 'its key is not among the published ones', 'not a decision', 'not a decision', 'not a decision'],
      ...['its header is not that of a decision', 'not a compact JWS', 'its signature is not good', 'not a compact JWS'],
      'its key is not among the published ones',
    ])
  })
})
