// Figures of the passive layer: presentations of several frames, error rates by person, limits tuned on some people and judged on others.

/** Deterministic numbers 0 to 1. */
export function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** `{ person, live, samples }` of `frames` frames drawn from one session of one person, `draws` times a session. */
export function presentations(sessions, frames, draws, seed) {
  const random = randomOf(seed)
  return sessions
    .filter(({ samples }) => samples.length >= frames)
    .flatMap(({ person, live, samples }) =>
      Array.from({ length: draws }, () => {
        const rest = [...samples]
        const drawn = Array.from({ length: frames }, () => rest.splice(Math.floor(random() * rest.length), 1)[0])
        return { person, live, samples: drawn.map((sample, at) => ({ ...sample, timestampMs: at * 200 })) }
      }),
    )
}

/** Error rates, every person of equal weight; 95 % interval by drawing people. `scored`: `{ person, live, accepted }`. */
export function rates(scored, seed = 7) {
  const of = (live, wrong) => {
    const people = [...new Set(scored.filter((one) => one.live === live).map(({ person }) => person))]
    if (people.length === 0) return undefined
    const each = people.map((person) => mean(scored.filter((one) => one.live === live && one.person === person).map((one) => (wrong(one) ? 1 : 0))))
    const random = randomOf(seed)
    const again = Array.from({ length: 2000 }, () => mean(each.map(() => each[Math.floor(random() * each.length)]))).sort((a, b) => a - b)
    return { rate: round(mean(each)), interval: [round(again[49]), round(again[1949])], worstPerson: round(Math.max(...each)), people: people.length }
  }
  return { apcer: of(false, (one) => one.accepted), bpcer: of(true, (one) => !one.accepted) }
}

export const round = (value, digits = 4) => Number(value.toFixed(digits))

/** Limits that are tried. */
const LIMITS = Array.from({ length: 161 }, (_, at) => round(-6 + at * 0.05, 3))

/**
 * Ways to choose a limit on `scored` (`{ person, live, score }`). `live`: the highest that refuses at most 0.5 % of live presentations, prints not
 * looked at: prints of people who tuned say little about other people's. `balanced`: where both rates are lowest against their goals, the middle of
 * the stretch.
 */
export const TUNE = {
  live: (scored) => LIMITS.findLast((limit) => quickRates(scored, limit).bpcer <= 0.005) ?? LIMITS[0],
  balanced: (scored, goal) => {
    const cost = (limit) => {
      const { apcer, bpcer } = quickRates(scored, limit)
      return Math.max(apcer / goal.apcer, bpcer / goal.bpcer)
    }
    const costs = LIMITS.map(cost)
    const best = LIMITS.filter((_, at) => costs[at] <= Math.min(...costs) + 1e-9)
    return round((best[0] + best.at(-1)) / 2, 3)
  },
}

export function quickRates(scored, limit) {
  const of = (live, wrong) => {
    const people = new Map()
    for (const one of scored) if (one.live === live) people.set(one.person, [...(people.get(one.person) ?? []), wrong(one) ? 1 : 0])
    return people.size === 0 ? 0 : mean([...people.values()].map(mean))
  }
  return { apcer: of(false, ({ score }) => score >= limit), bpcer: of(true, ({ score }) => !(score >= limit)) }
}

/** Area under the curve of scores: how often a live frame scores higher than a printed one. */
export function auc(scored) {
  const [live, not] = [true, false].map((is) => scored.filter((one) => one.live === is).map(({ score }) => score))
  const wins = live.reduce((sum, one) => sum + not.reduce((inner, other) => inner + (one > other ? 1 : one === other ? 0.5 : 0), 0), 0)
  return round(wins / (live.length * not.length))
}

/** All ways to choose half of `people`. */
export function halves(people) {
  const chosen = []
  const size = Math.floor(people.length / 2)
  for (let bits = 0; bits < 2 ** people.length; bits += 1) {
    const some = people.filter((_, at) => (bits >> at) & 1)
    if (some.length === size) chosen.push(some)
  }
  return chosen
}
