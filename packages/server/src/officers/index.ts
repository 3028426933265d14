export { beginAssertion, beginRegistration, confirmAct, finishRegistration, type Registrar } from './passkeys.js'
export type { Act, Actor, AssertionResponse, CeremonyOptions, PasskeyPolicy, RegistrationResponse } from './ports.js'
export { officerReport, type OfficerMonth, type OfficerPair, type OfficerReport } from './report.js'
export { officersCsv, pairsCsv } from './report-csv.js'
