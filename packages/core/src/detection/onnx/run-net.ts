import { LintasError } from '../../errors/index.js'
import type { InferenceSession } from '../../inference/index.js'

/**
 * Runs a net of one input and hands out the named outputs' numbers.
 * @throws LintasError `detector-load` when the net has no such output: it is another net than it should be.
 */
export async function runNet<Name extends string>(
  session: InferenceSession,
  dims: readonly number[],
  data: Float32Array,
  wanted: readonly Name[],
): Promise<Record<Name, Float32Array>> {
  const [input = 'input'] = session.inputNames
  const outputs = await session.run({ [input]: { dims, data } })
  const picked = wanted.map((name): [Name, Float32Array] => {
    const tensor = outputs[name]
    if (tensor === undefined) {
      throw new LintasError('detector-load', `the landmark engine's net gives ${session.outputNames.join(', ')}, not ${name}`)
    }
    return [name, tensor.data]
  })
  return Object.fromEntries(picked) as Record<Name, Float32Array>
}
