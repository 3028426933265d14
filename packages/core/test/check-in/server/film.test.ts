import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createServerCheckIn } from '../../../src/check-in/index.js'
import { actionStrength, NEW_MOTION, watchMotion } from '../../../src/liveness/index.js'
import { createNodeAnalyser } from '../../../src/node.js'
import { FakeRelay, RELAY, keysInMemory } from './fake-relay.js'
import { FilmPerson } from './film-person.js'

const models = fileURLToPath(new URL('../../../../../models', import.meta.url))

describe('a film of somebody who does what a server asks', () => {
  it('makes evidence that is as committed, shows the actions, and is small enough to send', async () => {
    const relay = new FakeRelay({ actions: ['turn-left', 'open-mouth', 'look-up'] })
    const person = new FilmPerson('obama3', 6)
    const analyser = createNodeAnalyser({ models, spaces: ['compact-512'] })
    const session = createServerCheckIn({ analyser, relay: RELAY, deviceKeys: keysInMemory(), fetch: relay.fetch })
    const outcome = await session.run(person.feed, { onPrompt: person.prompt })
    analyser.close()
    expect(outcome).toEqual({ outcome: 'admitted', next: 'done', sid: relay.sid, assurance: 'server-verified' })
    expect(relay.manifest?.models.map(({ id }) => id)).toHaveLength(4)
    expect(relay.bundleBytes).toBeLessThan(400_000)
    let motion = NEW_MOTION
    for (const [at, { action, samples, frames }] of relay.series.entries()) {
      const shown = frames[relay.steps[at]!.claims.shows!]!
      const strengths = samples.map((sample) => {
        const { state, deviation } = watchMotion(motion, sample)
        motion = state
        return sample.timestampMs === shown.timestampMs && deviation ? actionStrength(action, deviation) : undefined
      })
      expect(strengths.find((strength) => strength !== undefined)).toBeGreaterThanOrEqual(1)
    }
  }, 60_000)
})
