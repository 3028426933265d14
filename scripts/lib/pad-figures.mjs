// Tables of presentation attack detection for scripts/figures.mjs, from docs/evaluation/pad-*.json, shape.json and liveness-cost.json.

const percent = (share) => `${Number((share * 100).toFixed(1))} %`
const interval = (bounds) => (bounds === undefined ? '' : ` [${bounds.map((bound) => Number((bound * 100).toFixed(0))).join(', ')}]`)
const NAMES = {
  'photo-held': 'printed photo held',
  'photo-moved': 'printed photo moved and turned',
  'print-bent': 'print bent, half its width',
  'print-bent-tight': 'print bent, a third of its width',
  'eye-holes': 'print with eye holes',
  'photo-on-screen': 'photo on a screen',
  replay: 'video of other actions on a screen',
  looped: 'looped recording, injected',
  frozen: 'frozen recording, injected',
  'injected-still': 'still, injected',
  'injected-cut': 'cut to another person, injected',
  puppet: 'puppet that does what is asked',
}

/** A share with how many, and what is not excluded where it is none. */
function shareOf({ value, count, interval: bounds }, presentations) {
  if (count === 0) return `0 of ${presentations}`
  return `${percent(value)}${interval(bounds)}`
}

/** @param {(head: string[], rows: string[][]) => string} table */
export function padBlocks(read, table) {
  const rates = (name, level) => read(name).rates.filter((rate) => rate.level === level)
  const attacks = () =>
    table(
      ['species', 'presentations', 'accepted by `low`', 'by `standard`', 'by `high`', 'under `standard`: called an attack', 'undetermined'],
      rates('pad-attacks', 'check-in').map(({ species, presets: { low, standard, high } }) => {
        const { presentations, attack, undetermined } = standard
        const accepted = [low, standard, high].map((shares) => shareOf(shares.bonaFide, presentations))
        return [NAMES[species] ?? species, String(presentations), ...accepted, percent(attack.value), percent(undetermined.value)]
      }),
    )
  const ablation = () =>
    table(
      ['under `standard`', 'attacks accepted', 'worst species', 'puppets refused'],
      read('pad-attacks')
        .ablation.filter(({ level }) => level === 'check-in')
        .map(({ layers, attacks: all, worst, bonaFide }) => [
          layers,
          `${percent(all.bonaFide.value)} (${all.bonaFide.count} of ${all.presentations})`,
          worst.apcer === 0 ? '' : `${percent(worst.apcer)} ${NAMES[worst.species] ?? worst.species}`,
          percent(bonaFide.refused.value),
        ]),
    )
  const draws = () =>
    table(
      ['species', 'clips', 'sequences drawn', 'begun', 'of those as recorded', 'of the others: challenge passed', 'accepted'],
      read('pad-attacks').draws.map(({ species, clips, attempts, begun, asListed, passed, accepted }) => [
        NAMES[species] ?? species,
        ...[clips, attempts, begun, asListed, passed, accepted].map(String),
      ]),
    )
  const nuaa = () => {
    const { rates: all, separation } = read('pad-nuaa')
    const rows = all.map(({ label, presets: { standard } }) => [
      label === 'attack' ? 'printed photo' : 'live',
      `${standard.presentations} (${standard.subjects})`,
      ...['bonaFide', 'attack', 'undetermined'].map((which) => shareOf(standard[which], standard.presentations)),
    ])
    const scores = separation.map(({ level, auc, apcer, bpcer, bonaFide, attacks: prints }) => [
      level === 'frames' ? 'score of five frames' : 'score of one frame',
      `${bonaFide} live, ${prints} printed`,
      `AUC ${auc.toFixed(4)}`,
      `APCER ${percent(apcer)}`,
      `BPCER ${percent(bpcer)}`,
    ])
    return [
      table(['five pictures of one session', 'presentations (people)', 'taken for bona fide', 'for an attack', 'undetermined'], rows),
      table(['at the shipped limit', 'scored', '', 'printed at or above', 'live below'], scores),
    ].join('\n\n')
  }
  const live = () =>
    table(
      ['clips of living people, nothing asked', 'presentations (people)', 'taken for bona fide', 'for an attack', 'undetermined'],
      ['low', 'standard', 'high'].map((preset) => {
        const [rate] = rates('pad-live', 'layers').filter(({ label }) => label === 'bona-fide')
        const shares = rate.presets[preset]
        return [
          `\`${preset}\` without its challenge`,
          `${shares.presentations} (${shares.subjects})`,
          ...['bonaFide', 'attack', 'undetermined'].map((which) => shareOf(shares[which], shares.presentations)),
        ]
      }),
    )
  const cost = () =>
    table(
      ['landmarks by', 'landmarks, ms', 'hash and noise, ms', 'passive net, ms a look', 'looks a check-in', 'added to the time of landmarks'],
      read('liveness-cost').results.map(({ detector, stages, addedShare }) => [
        detector,
        ...[stages.detection.medianMs, stages.stream.medianMs, stages.passive.medianMs, stages.passive.timesARun].map(String),
        percent(addedShare.median),
      ]),
    )
  return { 'pad-attacks': attacks, 'pad-ablation': ablation, 'pad-draws': draws, 'pad-nuaa': nuaa, 'pad-live': live, 'liveness-cost': cost }
}
