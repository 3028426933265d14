import { createHash } from 'node:crypto'
import { randomId } from '../../../packages/core/src/receipt/index.js'
import type { Template } from '../../../packages/core/src/reference/index.js'
import { readConfig } from '../../../packages/server/src/config/index.js'
import {
  addReference,
  approveReference,
  bindDevice,
  createNamedSubject,
  createTenant,
  giveConsent,
  issueApiKey,
  noteDevice,
  openStorage,
  type Scope,
} from '../../../packages/server/src/storage/index.js'
import { openKeyring, sealTemplate, type Keyring } from '../../../packages/server/src/vault/index.js'
import type { AgencyKeys } from '../composed-person/index.js'
import type { ServerEnvironment } from './servers.js'

export const TENANT = 'opd'

/** Who is to be there: with consent, a reference, and a device that an officer bound. */
export interface SeededSubject {
  readonly subjectId: string
  readonly template: Template
  /** Absent: the first that is used becomes theirs. */
  readonly thumbprint?: string
}

/** Writes an agency with its people into the storage that `environment` names, before any server runs on it. */
export async function seed(environment: ServerEnvironment, subjects: readonly SeededSubject[]): Promise<AgencyKeys> {
  const config = readConfig(environment)
  const keyring = await openKeyring(config.keys)
  const storage = await openStorage(config.storage)
  try {
    return await storage.transact(TENANT, async (scope) => {
      await createTenant(scope, { kind: 'agency', name: TENANT, timeZone: 'Asia/Jakarta' })
      for (const subject of subjects) await seedSubject(scope, keyring, subject)
      const agency = await issueApiKey(scope, 'agency', 'test')
      const officer = await issueApiKey(scope, 'officer', 'test', 'officer-1')
      return { agency: agency.token, officer: officer.token }
    })
  } finally {
    await storage.close()
  }
}

/** Writes one of an agency's people. */
export async function seedSubject(scope: Scope, keyring: Keyring, { subjectId, template, thumbprint }: SeededSubject): Promise<void> {
  await createNamedSubject(scope, subjectId)
  await giveConsent(scope, subjectId, { version: '1', textSha256: createHash('sha256').update('I agree').digest('hex') })
  const referenceId = randomId()
  const { ciphertext, keyId } = sealTemplate(keyring, { tenantId: TENANT, subjectId, referenceId }, { ...template, subjectId })
  await addReference(scope, subjectId, { referenceId, ciphertext, keyId, modelIds: ['m'], quality: 1, createdBy: 'clerk' })
  await approveReference(scope, referenceId, ['officer-1'])
  if (thumbprint === undefined) return
  await noteDevice(scope, subjectId, thumbprint)
  await bindDevice(scope, thumbprint, { actor: 'officer-1', how: 'officer' })
}

/** A template that nobody is compared with. */
export function anyTemplate(): Template {
  const embeddings = [['compact-512', 512] as const, ['facenet-128', 128] as const].map(([space, length]) => {
    const vector = new Float32Array(length)
    vector[0] = 1
    return { space, modelId: space, modelSha256: '0'.repeat(64), vector }
  })
  return { schema: 'lintas-template/1', subjectId: 'x', embeddings, createdAt: '2026-03-02T00:00:00.000Z', sampleCount: 3, quality: 0.9 }
}
