/** A variable of the environment that the server reads. */
export interface Variable {
  readonly name: string
  /** What it says, for whoever sets it; a line each. */
  readonly about: readonly string[]
  /** What holds where it is not set, as it would be written; absent where nothing does. */
  readonly fallback?: string
  /** Neither errors nor the example show what stands in it. */
  readonly secret?: true
}

/** Every variable there is, in the order of `.env.example`. A `LINTAS_` name that is not here is refused: it is a slip of the hand. */
export const VARIABLES = [
  { name: 'HOST', about: ['Address to listen on.'], fallback: '127.0.0.1' },
  { name: 'PORT', about: ['Port to listen on, 0 to 65535. Not set: 8080, or the next that is free.'], fallback: '8080' },
  {
    name: 'DATABASE_URL',
    about: ['PostgreSQL 16 or later: postgres://user:password@host:port/database. Not set: PostgreSQL inside the process, in LINTAS_DATA.'],
    secret: true,
  },
  {
    name: 'LINTAS_DATA',
    about: ['Folder of the embedded database, and of the keys where none are given below.', 'With DATABASE_URL and both keys it is not needed.'],
    fallback: 'lintas-data',
  },
  {
    name: 'LINTAS_KEYS',
    about: [
      'Deployment keys, JSON: {"current": "<id>", "keys": {"<id>": "<base64 of 32 random bytes>"}}.',
      'Keep old ones in it until `lintas rotate-keys` says that nothing is left under them. Lost keys are lost references.',
    ],
    secret: true,
  },
  { name: 'LINTAS_KEYS_FILE', about: ['The same in a file, which only the server may read.'] },
  {
    name: 'LINTAS_SIGNING_KEY',
    about: [
      'Key that signs sessions, decisions and heads: a private P-256 JWK, or {"keys": [{"state": "ahead|current|retired", "jwk": …}]}.',
      'Publish a new one as "ahead" for 24 hours before it becomes "current", and keep the old one as "retired".',
    ],
    secret: true,
  },
  { name: 'LINTAS_SIGNING_KEY_FILE', about: ['The same in a file, which only the server may read.'] },
  { name: 'LINTAS_ISSUER', about: ['Name under which the server signs; agencies check it.'], fallback: 'lintas' },
  { name: 'LINTAS_MODELS', about: ['Folder with the models and their manifest.json. Not set: those of the package @lintas/models.'] },
  {
    name: 'LINTAS_WORKERS',
    about: ['Threads that verify evidence, 1 to 64. Not set: one a core (measured on two: the second gives half as much again).'],
  },
  {
    name: 'LINTAS_QUEUE',
    about: ['Check-ins that may wait for a thread, 0 to 10000; beyond it the answer is 503 and nothing is lost.'],
    fallback: '32',
  },
  { name: 'LINTAS_POLICY', about: ['How much of the attack detection has to agree: low, standard or high.'], fallback: 'standard' },
  {
    name: 'LINTAS_PROVISIONAL',
    about: [
      'What becomes of a match on a device that nobody has vouched for: admit, flagged, or review, by an officer. Either way it is three uses; then the',
      'device is refused until an officer or a passkey binds it.',
    ],
    fallback: 'admit',
  },
  {
    name: 'LINTAS_DEFERRED',
    about: ['What becomes of a check-in that was made without a network, and arrives on its working day: review, by an officer, or admit.'],
    fallback: 'review',
  },
  {
    name: 'LINTAS_PLACE',
    about: [
      'required: a check-in whose place is shown neither by a kiosk, nor by an office’s egress address, nor by the code on its screen is for an',
      'officer to decide. A place that is only said, GPS among them, never satisfies this. optional: it is recorded as far as it is known.',
    ],
    fallback: 'optional',
  },
  {
    name: 'LINTAS_OFFICES_FILE',
    about: [
      'Offices of the agencies, JSON: {"<tenant>": {"<office>": {"name": "…", "egress": ["203.0.113.0/29"], "code": true}}}.',
      'The address is the one that the agency’s relay tells: whoever has the agency’s key can tell any. Not set: only kiosks show a place.',
    ],
  },
  {
    name: 'LINTAS_TOMBSTONES_FILE',
    about: [
      'What `lintas export-tombstones` wrote, kept apart from the database and its backups. Erasures in it that the database does not know of, since',
      'a backup was restored, are done again before the server serves; where they cannot be, it does not start. Not set: nobody looks.',
    ],
  },
  {
    name: 'LINTAS_VECTORS',
    about: [
      'on: the search for duplicates uses a pgvector index instead of memory, for more than some 200,000 references. TEMPLATES IN CLEAR: whoever',
      'reads the table, a replica or a backup has them, and no key protects them. The same for all instances; `lintas vectors drop` ends it.',
    ],
    fallback: 'off',
  },
  {
    name: 'LINTAS_OFFICER_PASSKEY',
    about: ['required: every act of an officer takes a passkey besides their API key. Register them first, while it is off.'],
    fallback: 'off',
  },
  { name: 'LINTAS_PASSKEY_RP_ID', about: ['Domain that passkeys are made for, such as absen.example.go.id. Not set: there are none.'] },
  {
    name: 'LINTAS_PASSKEY_ORIGINS',
    about: ['Origins of the pages on which officers act, with commas between them: https:// and the domain, or one below it.'],
  },
  {
    name: 'LINTAS_METRICS_TOKEN',
    about: ['Bearer token of GET /metrics, 32 characters or more. Not set: only an operator’s key reads them.'],
    secret: true,
  },
  { name: 'LINTAS_KEEP_REPLAY_DAYS', about: ['Days that what knows a replayed session again is kept, 1 to 365.'], fallback: '30' },
  { name: 'LINTAS_KEEP_SEALED_DAYS', about: ['Days that the sealed frames of a refusal are kept for an appeal, 1 to 365.'], fallback: '7' },
  { name: 'LINTAS_KEEP_FINDINGS_DAYS', about: ['Days that an officer may see what was found in a session, 1 to 3650.'], fallback: '90' },
  { name: 'LINTAS_KEEP_SUPERSEDED_DAYS', about: ['Days that a reference is kept after another took its place, 0 to 365.'], fallback: '30' },
  {
    name: 'LINTAS_KEEP_PENDING_DAYS',
    about: ['Days that an enrolment waits for an officer, 1 to 365. Then it lapses: template and picture are erased, and the subject enrols again.'],
    fallback: '30',
  },
] as const satisfies readonly Variable[]

/** The name of one of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number]['name']

/** `.env.example`: every variable, what it says, and what holds without it. Nothing in it is in force, and nothing in it is secret. */
export function envExample(): string {
  const blocks = VARIABLES.map(({ name, about, ...rest }: Variable) => [...about, `${name}=${rest.fallback ?? ''}`].map((line) => `# ${line}`))
  const head = ['# Variables of the LINTAS server. A line with a value in it is what holds where the variable is not set.']
  return [head, ...blocks].map((lines) => `${lines.join('\n')}\n`).join('\n')
}
