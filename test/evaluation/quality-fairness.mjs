// Whether the light limits judge the colour of skin, and the eye limit the shape of eyes. LFW alone has enough people.
const CHEEKS = [50, 280, 205, 425]
const PIXEL = ['too-dark', 'too-bright', 'uneven-light', 'low-contrast', 'blurred']

const linear = (level) => (level <= 10.31475 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4)
const cubic = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)

/**
 * Individual typology angle of the cheeks, degrees (light above 41, dark below −30): atan((L* − 50) / b*). Light and exposure move it as much as
 * skin does; the median of a person's pictures moves less.
 */
export function skinTone({ width, height, data }, landmarks) {
  const eyes = Math.hypot(landmarks[468 * 3] - landmarks[473 * 3], landmarks[468 * 3 + 1] - landmarks[473 * 3 + 1])
  const radius = Math.max(1, 0.12 * eyes)
  const sum = [0, 0, 0]
  let count = 0
  for (const index of CHEEKS) {
    const [x0, y0] = [landmarks[index * 3], landmarks[index * 3 + 1]]
    for (let y = Math.max(0, Math.floor(y0 - radius)); y <= y0 + radius && y < height; y += 1) {
      for (let x = Math.max(0, Math.floor(x0 - radius)); x <= x0 + radius && x < width; x += 1) {
        for (let channel = 0; channel < 3; channel += 1) sum[channel] += linear(data[(y * width + x) * 4 + channel])
        count += 1
      }
    }
  }
  const [r, g, b] = sum.map((value) => value / count)
  const y = cubic(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = cubic((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return (Math.atan2(116 * y - 66, 200 * (y - z)) * 180) / Math.PI
}

const GROUPS = [
  ['light, above 41°', 41],
  ['28° to 41°', 28],
  ['10° to 28°', 10],
  ['−30° to 10°', -30],
  ['dark, below −30°', -Infinity],
]

function byPerson(seen) {
  const people = new Map()
  for (const one of seen) if (one.measures) people.set(one.identity, [...(people.get(one.identity) ?? []), one])
  return [...people.values()]
}

/** Pictures by their person's median tone, and how many get a pixel reason in each preset. */
export function toneGroups(seen, assess) {
  const groups = Object.fromEntries(GROUPS.map(([name]) => [name, { people: 0, pictures: 0, usual: {}, strict: {} }]))
  for (const pictures of byPerson(seen)) {
    const tones = pictures.map(({ tone }) => tone).sort((one, other) => one - other)
    const tone = tones[Math.floor(tones.length / 2)]
    const group = groups[GROUPS.find(([, least]) => tone > least)[0]]
    group.people += 1
    group.pictures += pictures.length
    for (const { measures } of pictures) {
      for (const preset of ['usual', 'strict']) {
        for (const reason of assess(measures, preset).reasons.filter((said) => PIXEL.includes(said) || said === 'covered'))
          group[preset][reason] = (group[preset][reason] ?? 0) + 1
      }
    }
  }
  return { measure: 'individual typology angle of the cheeks, median of a person’s pictures; exposure moves it too', groups }
}

/** People with three pictures and more who get a reason in most of them: a fault that comes back is the person, not the picture. */
export function peopleRefused(seen, assess) {
  const people = byPerson(seen).filter((pictures) => pictures.length >= 3)
  const often = (preset, reason) =>
    people.filter((pictures) => pictures.filter(({ measures }) => assess(measures, preset).reasons.includes(reason)).length > pictures.length / 2)
      .length
  const counts = (preset) => Object.fromEntries([...PIXEL, 'covered', 'eyes-closed', 'mouth-open'].map((reason) => [reason, often(preset, reason)]))
  return { withThreePicturesAndMore: people.length, refusedInMost: { usual: counts('usual'), strict: counts('strict') } }
}
