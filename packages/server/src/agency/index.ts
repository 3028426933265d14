export { openDemoAgency, type DemoAgency, type DemoAgencyOptions } from './demo-agency.js'
export type { LintasAnswer, LintasClient, LintasRequest } from './lintas-client.js'
export { sameOrigin } from './origin.js'
export type { Trust } from './receipt.js'
