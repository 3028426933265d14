// A process of its own for embedded.test.ts and test/long: holds a folder, and appends records until it is killed. Every line that it writes
// is one acknowledged record, or its refusal.
import { appendRecord, createTenant, openStorage, StorageError } from '../../src/storage/index.js'
import { readMigrations } from '../../src/storage/migrations.js'
import { lockFolder } from '../../src/storage/folder-lock.js'

const [mode, folder = '', migrations = ''] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  if (mode === 'lock') {
    lockFolder(folder)
    say('held')
    setInterval(() => undefined, 1_000)
  } else {
    const storage = await openStorage({ kind: 'embedded', folder }, { migrations: await readMigrations(migrations) })
    await storage.transact('opd', (scope) => createTenant(scope, { kind: 'agency', name: 'opd', timeZone: 'Asia/Jakarta' }))
    say('held')
    for (;;) {
      const record = {
        kind: 'attendance',
        subjectId: 's',
        occurredAt: new Date().toISOString(),
        direction: 'arrival',
        assurance: 'a',
        sid: 'x',
      } as const
      const { seq, rowSha256 } = await storage.transact('opd', (scope) => appendRecord(scope, record))
      say(`${seq} ${rowSha256}`)
    }
  }
} catch (error) {
  if (!(error instanceof StorageError)) throw error
  say(`refused ${error.code} ${error.details['pid'] ?? ''}`)
}
