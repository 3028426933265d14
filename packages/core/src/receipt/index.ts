export { signBegin, targetOf, verifyBegin, type BeginRequest, type VerifiedBegin } from './begin.js'
export { MAX_MESSAGE_LENGTH } from './compact.js'
export { signDecision, verifyDecision, type DecisionExpectation } from './decision.js'
export { openDeviceKeyStore, type DeviceKeyStoreOptions } from './device-key-store.js'
export { createDeviceKeys, type DeviceKey, type DeviceKeys, type DeviceKeyStore } from './device-key.js'
export { signLedgerHead, verifyLedgerHead, type HeadExpectation } from './head.js'
export { hashBytes, hashText, payloadHash, randomId } from './identity.js'
export { createKeySource, keyIdOf, type KeySource, type KeySourceOptions } from './key-source.js'
export { exportServerKey, generateServerKey, importServerKey, publicJwks, type ServerKey } from './keys.js'
export { signReceipt, verifyReceipt, type ReceiptExpectation } from './receipt.js'
export { signSessionToken, verifySessionToken, type SessionExpectation } from './session-token.js'
export { signStep, verifyStep, type StepExpectation } from './step.js'
export {
  ASSURANCES,
  DECISION_OUTCOMES,
  MAX_STEP_FRAMES,
  MAX_STEPS,
  MESSAGE_TYPES,
  PURPOSES,
  type Assurance,
  type BeginClaims,
  type DecisionClaims,
  type DecisionOutcome,
  type HeadClaims,
  type Jwks,
  type MessageType,
  type PublicJwk,
  type PublishedJwk,
  type Purpose,
  type ReceiptClaims,
  type SessionClaims,
  type Settler,
  type StepClaims,
  type Verified,
} from './types.js'
