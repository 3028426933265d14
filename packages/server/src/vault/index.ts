export { VAULT_CODES, VaultError, type VaultCode } from './errors.js'
export { type VaultSource } from './key-source.js'
export { openKeyring, type Keyring, type Sealed, type SealPurpose, type SecretLabel } from './keyring.js'
export { openTemplate, sealTemplate, templateAad, type TemplatePlace } from './templates.js'
export { rotateTemplates, type Rotation } from './rotate.js'
export { AHEAD_MS, openSigningKeys, SIGNING_STATES, type SigningKeys, type SigningState } from './signing-keys.js'
export { packKeys, type PackKeys } from './pack-keys.js'
export { readHead, signHead } from './signed-head.js'
export {
  createDuplicateSearch,
  createSegments,
  createVectorFinder,
  keepVector,
  type DuplicateCount,
  type DuplicateSearchOptions,
  type Found,
  type KeepVector,
  type RegencySearch,
  type VectorFinder,
} from './gallery/index.js'
