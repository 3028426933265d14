import { SHIPPED_CALIBRATION } from '@lintas/core/comparison'
import { dropVectors } from '../storage/vectors/index.js'
import { createVectorFinder, openKeyring } from '../vault/index.js'
import { UsageError, type Command, type ExitCode } from './ports.js'

/** Makes the vectors that are missing: after vectors were switched on, or the calibration changed. Broken off, it goes on where it was. */
export async function vectorsRebuildCommand({ ports, config, storage }: Command): Promise<ExitCode> {
  if (!config.vectors) throw new UsageError('LINTAS_VECTORS is not on')
  const made = await createVectorFinder(storage, await openKeyring(config.keys), SHIPPED_CALIBRATION).fill()
  ports.out(`${made} vectors made. They are templates in clear: whoever reads the table reference_vectors has them.`)
  return 0
}

/** Takes all vectors away. What was in clear in backups stays there. */
export async function vectorsDropCommand({ ports, storage }: Command): Promise<ExitCode> {
  await dropVectors(storage)
  ports.out('The vectors are gone: set LINTAS_VECTORS=off for every instance. Backups made until now still hold them in clear.')
  return 0
}
