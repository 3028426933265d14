import { fileURLToPath } from 'node:url'
import type { Engine } from '../engine.js'
import { StorageError } from '../errors.js'
import { migrate, readMigrations } from '../migrations.js'

/** Beside `src` and `dist` alike. */
const FOLDER = fileURLToPath(new URL('../../../migrations/vectors/', import.meta.url))
const TABLE = 'lintas_vector_migrations'

/** Makes the table of vectors: TEMPLATES IN CLEAR. @throws StorageError `storage-migration-failed`, where pgvector is not there, say */
export async function switchVectorsOn(engine: Engine): Promise<void> {
  await migrate(engine, await readMigrations(FOLDER), TABLE)
}

/**
 * Refuses a database that holds vectors where they are switched off: an instance that keeps none would leave others' incomplete, and whoever
 * switched them off believes that nothing is in clear.
 * @throws StorageError `storage-vectors`
 */
export async function checkVectorsOff(engine: Engine): Promise<void> {
  const [row] = await engine.transaction('snapshot', (transaction) => transaction.rows("SELECT to_regclass('reference_vectors') IS NOT NULL AS here"))
  if (row?.['here'] !== true) return
  throw new StorageError(
    'storage-vectors',
    'the database holds templates in clear (reference_vectors): set LINTAS_VECTORS=on, or run `lintas vectors drop`',
  )
}

/** Takes the table of vectors away, and with it all that was in clear. The extension stays: others may use it. */
export const DROP_VECTORS = `DROP TRIGGER IF EXISTS references_vector_goes ON "references";
DROP FUNCTION IF EXISTS lintas_vector_goes();
DROP TABLE IF EXISTS reference_vectors;
DROP TABLE IF EXISTS ${TABLE};`
