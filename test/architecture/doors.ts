import { importsOf, type Source } from './sources.js'

/** A foreign library and where it may be imported: in exactly one file, or only in some packages. */
export interface Door {
  readonly library: string
  readonly matches: RegExp
  /** Packages that may import it, in as many files as they like. Absent: one file in all packages. */
  readonly packages?: readonly string[]
}

export const DOORS: readonly Door[] = [
  { library: 'onnxruntime-web/wasm', matches: /^onnxruntime-web\/wasm$/ },
  { library: 'onnxruntime-web/webgpu', matches: /^onnxruntime-web\/webgpu$/ },
  { library: 'onnxruntime-node', matches: /^onnxruntime-node$/ },
  { library: '@mediapipe/tasks-vision', matches: /^@mediapipe\/tasks-vision(?:\/.+)?$/ },
  { library: 'idb-keyval', matches: /^idb-keyval$/ },
  { library: 'jose', matches: /^jose(?:\/.+)?$/ },
  { library: 'sharp', matches: /^sharp$/ },
  { library: 'lit', matches: /^lit(?:\/.+)?$/, packages: ['element', 'demo'] },
  { library: 'fastify', matches: /^@?fastify(?:\/.+)?$/, packages: ['server'] },
  { library: '@electric-sql/pglite', matches: /^@electric-sql\/pglite$/ },
  { library: '@electric-sql/pglite-pgvector', matches: /^@electric-sql\/pglite-pgvector$/ },
  { library: 'pg', matches: /^pg$/ },
  { library: '@simplewebauthn/server', matches: /^@simplewebauthn\/server(?:\/.+)?$/ },
  { library: 'prom-client', matches: /^prom-client$/ },
  { library: 'drizzle-orm', matches: /^drizzle-orm(?:\/.+)?$/, packages: ['server/src/storage'] },
]

const OURS = /^(?:\.|node:|@lintas\/)/

/** Faults of the doors: none or several files, the wrong package, or a library that has no door at all. */
export function doorFaults(sources: readonly Source[], doors: readonly Door[] = DOORS): string[] {
  const uses = sources.flatMap((source) => [...new Set(importsOf(source))].map((specifier) => ({ path: source.path, specifier })))
  const faults = uses
    .filter(({ specifier }) => !OURS.test(specifier) && !doors.some((door) => door.matches.test(specifier)))
    .map(({ path, specifier }) => `${path}: '${specifier}' has no door`)
  for (const door of doors) {
    const files = [...new Set(uses.filter(({ specifier }) => door.matches.test(specifier)).map(({ path }) => path))]
    const allowed = door.packages
    if (allowed === undefined && files.length !== 1) faults.push(`${door.library}: imported in ${files.length} files (${files.join(', ')})`)
    const strays = files.filter((path) => allowed !== undefined && !allowed.some((name) => path.startsWith(`packages/${name}/`)))
    faults.push(...strays.map((path) => `${path}: '${door.library}' belongs to ${String(allowed)}`))
  }
  return faults
}
