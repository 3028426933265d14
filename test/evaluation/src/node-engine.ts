import { readFile } from 'node:fs/promises'
import type { EngineInfo, Outcome, PictureQueue, RunEngine } from './engine.js'
import { analyseOptions, maxFacesFor, sampleOf } from './sample-of.js'

/** The line in this process, through `@lintas/core/node`. */
export const runNodeEngine: RunEngine = async ({ assets, spaces, face, lanes }, queue): Promise<EngineInfo> => {
  const { createNodeAnalyser, decodeImage } = await import('@lintas/core/node')
  const analysers = Array.from({ length: lanes }, () => createNodeAnalyser({ models: assets, spaces, maxFaces: maxFacesFor(face) }))
  try {
    const [info] = await Promise.all(analysers.map(({ ready }) => ready))
    const analyse = async (analyser: (typeof analysers)[number], path: string): Promise<Outcome> => {
      try {
        const raster = await decodeImage(await readFile(path))
        return { sample: sampleOf(await analyser.analyse(raster, analyseOptions(face)), face) }
      } catch (error) {
        return outcomeOf(error)
      }
    }
    await Promise.all(analysers.map((analyser) => drain(queue, (path) => analyse(analyser, path))))
    if (info === undefined) throw new Error('no analyser')
    return { ...info, platform: `Node ${process.version}` }
  } finally {
    for (const analyser of analysers) analyser.close()
  }
}

async function drain(queue: PictureQueue, analyse: (path: string) => Promise<Outcome>): Promise<void> {
  for (let index = queue.take(); index !== undefined; index = queue.take()) {
    queue.tell(index, await analyse(queue.pictures[index]!.path))
  }
}

/** A picture that cannot be decoded is an outcome; everything else a fault. */
function outcomeOf(error: unknown): Outcome {
  const code = (error as { code?: unknown } | undefined)?.code
  if (typeof code === 'string' && code.startsWith('still-')) return { sample: { unreadable: code } }
  return { fault: typeof code === 'string' ? `${code}: ${(error as Error).message}` : String(error) }
}
