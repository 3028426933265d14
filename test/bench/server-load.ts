import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createNodeAnalyser, decodeImage } from '../../packages/core/src/node.js'
import type { DeviceKey } from '../../packages/core/src/receipt/index.js'
import type { Template } from '../../packages/core/src/reference/index.js'
import { readConfig } from '../../packages/server/src/config/index.js'
import { createLintasServer } from '../../packages/server/src/server.js'
import type { VerificationInput } from '../../packages/server/src/verification/index.js'
import { isHere, startPostgres, VERSIONS, type Server } from '../../packages/server/test/storage/postgres-server.js'
import { portraitFile } from '../e2e/support/portraits.js'
import {
  Agency,
  attend,
  filmed,
  MODELS,
  newDevice,
  PORTRAITS,
  RELAY,
  type AgencyKeys,
  type Exchange,
  type Films,
  type Portrait,
  type Send,
} from '../server/composed-person/index.js'
import { seed, type ServerEnvironment } from '../server/process/index.js'

/** A PostgreSQL of this bench's own. */
export const startDatabase = (): Promise<Server> => startPostgres(VERSIONS[0].bin)

export const hasDatabase = (): boolean => isHere(VERSIONS[0].bin)

export { allFilms } from '../server/composed-person/index.js'
export { startServer } from '../server/process/index.js'

/** Somebody with a reference and a bound device, who has not checked in yet. */
export interface Person {
  readonly subjectId: string
  readonly portrait: Portrait
  readonly key: DeviceKey
}

/** `count` people of three portraits in the storage that `environment` names. */
export async function people(environment: ServerEnvironment, count: number): Promise<{ readonly keys: AgencyKeys; readonly all: readonly Person[] }> {
  const templates = await templatesOf()
  const all = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Person> => {
      return { subjectId: `person-${index}`, portrait: PORTRAITS[index % PORTRAITS.length]!, key: await newDevice() }
    }),
  )
  const seeded = all.map(({ subjectId, portrait, key }) => ({ subjectId, template: templates.get(portrait)!, thumbprint: key.thumbprint }))
  return { keys: await seed(environment, seeded), all }
}

async function templatesOf(): Promise<ReadonlyMap<Portrait, Template>> {
  const analyser = createNodeAnalyser({ models: MODELS })
  try {
    const found = new Map<Portrait, Template>()
    for (const portrait of PORTRAITS) {
      const { embeddings = [] } = await analyser.analyse(await decodeImage(readFileSync(portraitFile(portrait))), { mode: 'still', embed: 'always' })
      const sorted = [...embeddings].sort((one, other) => (one.space < other.space ? -1 : 1))
      const facts = { schema: 'lintas-template/1', createdAt: '2026-11-24T00:00:00.000Z', sampleCount: 3, quality: 0.8 } as const
      found.set(portrait, { ...facts, subjectId: portrait, embeddings: sorted })
    }
    return found
  } finally {
    analyser.close()
  }
}

/** A check-in under load. */
export interface Attended {
  readonly sid?: string
  /** `fault` and its code where there was no answer of the protocol. */
  readonly outcome: string
  /** From sending the evidence first to the answer that counted, 503s and waits between included, milliseconds. */
  readonly wholeMs: number
  readonly bytes: number
}

/** Over HTTP with connections that stay open, as a relay has. */
export function loadOf(
  send: Send,
  keys: AgencyKeys,
  films: Films,
  heard: (exchange: Exchange) => void,
): (person: Person, turn: number) => Promise<Attended> {
  const agency = new Agency(send, keys, heard)
  return async ({ subjectId, portrait, key }, turn) => {
    let sentMs = NaN
    const relayed = agency.relayFor(subjectId)
    const fetch: typeof globalThis.fetch = (input, init) => {
      if ((input as string).endsWith('check-ins') && Number.isNaN(sentMs)) sentMs = performance.now()
      return relayed(input, init)
    }
    try {
      const { sid, answer, evidence } = await attend({ relay: RELAY, fetch, key, purpose: 'check-in', source: filmed(films, portrait, turn) })
      return { sid, outcome: answer.outcome ?? 'none', wholeMs: performance.now() - sentMs, bytes: evidence.length }
    } catch (fault) {
      return { outcome: `fault ${String((fault as { code?: unknown }).code ?? fault)}`, wholeMs: performance.now() - sentMs, bytes: 0 }
    }
  }
}

/** What a server would verify of `count` check-ins: for the same verification without a server around it. */
export async function inputsOf(folder: string, films: Films, count: number): Promise<readonly VerificationInput[]> {
  const environment = { LINTAS_DATA: folder }
  const { keys, all } = await people(environment, count)
  const inputs: VerificationInput[] = []
  const verify = (input: VerificationInput): Promise<never> => {
    inputs.push(structuredClone(input))
    return Promise.reject(new Error('seen'))
  }
  const verifier = { ready: Promise.resolve(), verify, close: () => Promise.resolve(), stats: () => ({ busy: 0, queued: 0, died: 0 }) }
  const server = await createLintasServer(readConfig(environment), { log: false, verifier })
  const inject: Send = async ({ method, path, headers, body }) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : Buffer.from(body) }
    const told = await server.app.inject({ method: method as 'POST', url: path, headers: { ...headers }, ...payload })
    return new Response(new Uint8Array(told.rawPayload), {
      status: told.statusCode,
      headers: { 'content-type': String(told.headers['content-type']) },
    })
  }
  const attends = loadOf(inject, keys, films, () => undefined)
  await Promise.all(all.map((person, turn) => attends(person, turn)))
  await server.close()
  return inputs
}

export { sleep }
