// The sets that the quality stage is measured on, from ../shared/data/index.json.

/** What a computed fault should be called: any one of these. Faults without an entry have no name among the reasons. */
const EXPECTED = {
  'computed dark': ['too-dark'],
  'computed over': ['too-bright'],
  'computed gauss': ['blurred'],
  'computed motion': ['blurred'],
  'computed lowres28': ['blurred'],
  'computed eyes_covered': ['covered'],
  'computed half_covered': ['covered'],
  'computed mouth_covered': ['covered'],
  'computed rot90': ['tilted'],
  'computed rot180': ['tilted'],
  'computed cut_off': ['off-centre', 'too-near', 'no-face'],
  'computed tiny': ['too-far', 'no-face'],
  masked: ['covered'],
  tiny: ['too-far', 'no-face'],
  multi: ['several-faces'],
  'no face': ['no-face'],
}

/** `{ expected }` for a set whose fault has a name. */
export function expectedReasons(name) {
  return name in EXPECTED ? { expected: EXPECTED[name] } : {}
}

/** Entries of the index by set: first what must pass, then faults. */
export function qualitySets(index) {
  const of = (set, label) => index.filter((entry) => entry.kind === 'image' && entry.set === set && (label === undefined || entry.label === label))
  const sets = { 'lfw-deepfunneled': of('lfw-deepfunneled'), 'nuaa live': of('nuaa-raw', 'live'), hijab: of('hijab') }
  for (const entry of of('bad-synthetic')) (sets[`computed ${entry.file.split('/')[2]}`] ??= []).push(entry)
  return { ...sets, masked: of('bad-masked'), tiny: of('bad-tiny'), multi: of('bad-multi'), 'no face': of('bad-noface') }
}
