import { ACTIONS, type Action } from '../../../packages/core/src/liveness/challenge/index.js'
import type { ListedAction } from './types.js'

/**
 * The actions of a clip in order, as lists have them: `turn-left@1500 blink@4000`, with or without the times (milliseconds from the first frame;
 * `1.5s` is read too), parted by spaces, `,` (in quotes), `;`, `|`, `/`, `>` or `+`.
 * @throws TypeError that names what is wrong
 */
export function parseChallenge(text: string): readonly ListedAction[] {
  const words = text.split(/[\s,;|/>→+]+/).filter((word) => word !== '')
  const listed = words.map(parseAction)
  listed.reduce<number>((before, { action, startMs = before }) => {
    if (startMs < before) throw new TypeError(`${action}@${startMs} comes before the action that it follows`)
    return startMs
  }, 0)
  return listed
}

function parseAction(word: string): ListedAction {
  const [name = '', time, ...rest] = word.toLowerCase().replaceAll('_', '-').split('@')
  const action = ACTIONS.find((known) => known === name)
  if (action === undefined) throw new TypeError(`there is no action ${JSON.stringify(name)}; there are ${ACTIONS.join(', ')}`)
  if (time === undefined) return { action }
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(time) ?? []
  if (number === undefined || rest.length > 0) throw new TypeError(`${word}: a time is milliseconds from the first frame, e.g. ${name}@1500`)
  return { action, startMs: Number(number) * (unit === 's' ? 1000 : 1) }
}

/** Whether a clip that shows `challenge` in order satisfies `asked`: its actions may come among others. */
export function showsInOrder(challenge: readonly ListedAction[], asked: readonly Action[]): boolean {
  let found = 0
  for (const { action } of challenge) if (action === asked[found]) found += 1
  return found === asked.length
}
