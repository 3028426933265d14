import { LintasError } from '../../errors/index.js'

/**
 * Log-odds of `chosen` under a softmax over `logits`: `logits[chosen] − ln Σ exp(others)`, shifted by the largest of the others so that
 * nothing overflows and nothing is rounded to 0 or 1 on the way.
 * @returns undefined when a logit is not finite, or there are not two.
 */
export function logOddsOf(logits: ArrayLike<number>, chosen: number): number | undefined {
  const others: number[] = []
  let own = NaN
  for (let index = 0; index < logits.length; index += 1) {
    const logit = logits[index] ?? NaN
    if (!Number.isFinite(logit)) return undefined
    if (index === chosen) own = logit
    else others.push(logit)
  }
  const largest = Math.max(...others)
  const sum = others.reduce((total, logit) => total + Math.exp(logit - largest), 0)
  const odds = own - largest - Math.log(sum)
  return Number.isFinite(odds) ? odds : undefined
}

/** {@link logOddsOf} that throws instead. @throws LintasError `inference-run` */
export function needLogOdds(logits: ArrayLike<number>, chosen: number, model: string): number {
  const odds = logOddsOf(logits, chosen)
  if (odds === undefined) throw new LintasError('inference-run', `${model} gave no usable score`, { details: { model } })
  return odds
}
