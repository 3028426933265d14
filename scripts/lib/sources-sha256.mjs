// What a build is made of, in one number that a shell makes too: find FOLDER -type f | LC_ALL=C sort | xargs sha256sum | sha256sum
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.mjs'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

function filesUnder(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

/** SHA-256 in hex of the list of hashes of all files under `folder`, a path from the repository's root with slashes. */
export function sourcesSha256(folder) {
  const files = filesUnder(folder).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return sha256(files.map((path) => `${sha256(readFileSync(join(ROOT, path)))}  ${path}\n`).join(''))
}
