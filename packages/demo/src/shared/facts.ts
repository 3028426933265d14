import type { ToldOutcome } from '@lintas/element'
import type { Say } from './language.js'

/** A check-in's outcome for a `dl`: what a developer wants to see, and a person in front of the camera is never shown. */
export function factsOf(outcome: ToldOutcome, say: Say): readonly (readonly [string, string])[] {
  const { comparison, quality, pad, reasons } = outcome
  const entries: (readonly [string, string | undefined])[] = [
    [say('fact-decision'), outcome.decision],
    [say('fact-reasons'), reasons.length > 0 ? reasons.join(', ') : undefined],
    [say('fact-comparison'), comparison?.decision],
    [say('fact-score'), comparison && `${number(comparison.score)} / ${number(comparison.threshold)}`],
    [say('fact-fmr'), comparison && String(comparison.fmr)],
    [say('fact-calibration'), `${outcome.calibration.id} (${say(`origin-${outcome.calibration.origin}`)})`],
    [say('fact-pad'), pad.hint === undefined ? pad.outcome : `${pad.outcome} (${pad.hint})`],
    [say('fact-assurance'), outcome.assurance],
    [say('fact-quality'), quality?.score === undefined ? undefined : number(quality.score)],
    [say('fact-at'), outcome.at],
  ]
  return entries.map(([term, value]) => [term, value ?? say('none')])
}

/** To three decimals: enough to see on which side of the threshold a score lies in practice; the decision itself is never made on rounded figures. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** As a developer copies it, whatever the page's language. */
function number(value: number): string {
  return value.toFixed(3)
}
