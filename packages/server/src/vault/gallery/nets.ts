import type { CalibrationProfile } from '@lintas/core/comparison'
import { netOf } from '@lintas/core/embedding'
import type { Template } from '@lintas/core/reference'

/** What made a template's embedding of one space, and how many numbers it has. */
export interface Net {
  readonly modelId: string
  readonly modelSha256: string
  readonly length: number
}

/**
 * What made a template, space by space of the profile; `undefined` where the profile cannot compare it with anything: a space is missing, or has other
 * dimensions than the profile's mean.
 */
export function netsOf({ embeddings }: Pick<Template, 'embeddings'>, { models }: CalibrationProfile): readonly Net[] | undefined {
  const nets = models.flatMap(({ space, mean }) => {
    const found = embeddings.find((one) => one.space === space)
    if (found === undefined || (mean !== undefined && mean.length !== found.vector.length)) return []
    return [{ modelId: found.modelId, modelSha256: found.modelSha256, length: found.vector.length }]
  })
  return nets.length === models.length ? nets : undefined
}

/** Whether scores between the two mean anything: the rule of every comparison, as core has it. */
export const areAlike = (one: readonly Net[], other: readonly Net[]): boolean =>
  one.length === other.length && one.every((net, index) => isAlike(net, other[index]))

function isAlike(one: Net, other: Net | undefined): boolean {
  if (other === undefined || one.length !== other.length) return false
  return one.modelId === other.modelId ? one.modelSha256 === other.modelSha256 : netOf(one.modelId) === netOf(other.modelId)
}

/** Nets as a text, by which they are told apart and read again. */
export const textOfNets = (nets: readonly Net[]): string => JSON.stringify(nets.map((net) => [net.modelId, net.modelSha256, net.length]))

/** What {@link textOfNets} wrote; `undefined` for anything else. */
export function parseNets(text: string): readonly Net[] | undefined {
  try {
    return (JSON.parse(text) as readonly (readonly [string, string, number])[]).map(([modelId, modelSha256, length]) => ({
      ...{ modelId, modelSha256, length },
    }))
  } catch {
    return undefined
  }
}
