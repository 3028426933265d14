// Figures of server-verification.mjs out of films that were seen twice, by a browser and by the server.
import { readFileSync } from 'node:fs'
import sharp from 'sharp'

const round = (value, digits = 3) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : null)

/** Count, and what lies at 0, 1, 5, 50, 95, 99 and 100 %. */
export function spread(values, digits = 3) {
  const sorted = values.filter(Number.isFinite).sort((one, other) => one - other)
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))], digits)
  return {
    count: sorted.length,
    none: values.length - sorted.length,
    least: at(0),
    p1: at(0.01),
    p5: at(0.05),
    median: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    most: at(1),
  }
}

const agreements = (pairs, lib) => {
  const found = pairs.map(([seen, committed]) => lib.agreementOf(seen, committed))
  return {
    points: spread(
      found.map((one) => one?.points ?? NaN),
      4,
    ),
    poseDeg: spread(
      found.map((one) => one?.poseDeg ?? NaN),
      2,
    ),
    size: spread(
      found.map((one) => one?.size ?? NaN),
      4,
    ),
    faceLost: found.filter((one) => one === undefined).length,
  }
}

/** The same moment; another moment of the same film, a second and more apart and the head turned by 12° and more; the same, moved by half a box. */
export function agreementFigures(lib, films) {
  const frames = films.flatMap(({ seen, samples }) => seen.map((frame) => ({ frame, samples })))
  const same = frames.map(({ frame }) => [frame.sample, frame.committed])
  const legible = frames.filter(({ frame }) => Math.max(Math.abs(frame.committed.pose.yaw), Math.abs(frame.committed.pose.pitch)) <= 30)
  const other = frames.flatMap(({ frame, samples }) =>
    samples
      .filter(({ timestampMs, pose }) => pose && Math.abs(timestampMs - frame.mark.timestampMs) >= 1000)
      .filter(({ pose }) => Math.hypot(pose.yaw - frame.committed.pose.yaw, pose.pitch - frame.committed.pose.pitch) >= 12)
      .filter((_, at) => at % 7 === 0)
      .map((sample) => [frame.sample, sample]),
  )
  const worst = agreements(same, lib)
  return {
    honest: worst,
    honestWithin30: agreements(
      legible.map(({ frame }) => [frame.sample, frame.committed]),
      lib,
    ),
    anotherMoment: agreements(other, lib),
  }
}

/** How clearly the frame in the middle of each action shows it, and how clearly frames at rest do. */
export function actionFigures(lib, puppets) {
  const shown = {}
  const rest = {}
  for (const { seen, samples, scripted } of puppets) {
    const first = seen.find(({ mark }) => mark.timestampMs >= 900)
    const neutral = seen.filter(({ mark }) => scripted.every(({ startMs }) => mark.timestampMs < startMs - 100 || mark.timestampMs > startMs + 2100))
    for (const { action, startMs, holdMs } of scripted) {
      const acted = seen.filter(({ mark }) => mark.timestampMs > startMs + 400 && mark.timestampMs < startMs + holdMs)
      const strength = (frame) =>
        action === 'blink' ? lib.eyeShare(frame, [frame, ...neutral]) : lib.strengthOf(action, lib.deviationFrom(first.sample, frame.sample))
      const committed = (frame) => (action === 'blink' ? NaN : lib.strengthOf(action, lib.deviationFrom(first.committed, frame.committed)))
      ;(shown[action] ??= []).push(...acted.map((frame) => [strength(frame), committed(frame)]))
      ;(rest[action] ??= []).push(...neutral.filter((frame) => frame !== first).map((frame) => [strength(frame), committed(frame)]))
    }
    void samples
  }
  return Object.fromEntries(
    Object.keys(shown).map((action) => [
      action,
      {
        shown: spread(shown[action].map(([own]) => own)),
        atRest: spread(rest[action].map(([own]) => own)),
        againstCommitted: spread(shown[action].map(([own, theirs]) => own - theirs)),
      },
    ]),
  )
}

/** Nothing is spared where it is what is measured. */
export const everyNet = () => ({ reference: true, passive: true })

/** Log-odds of the passive net on the whole picture and on the JPEG that is kept of it. */
export async function passiveFigures({ lib, look, browser, evidenceOf, index, data }) {
  const figures = {}
  for (const [kind, folder] of [
    ['live', 'ClientRaw'],
    ['printed', 'ImposterRaw'],
  ]) {
    const files = index.filter(({ file }) => file.startsWith(`pad/nuaa/${folder}/`))
    const pairs = []
    for (const { file } of files.filter((_, at) => at % 3 === 0)) {
      const raster = await lib.decodeImage(readFileSync(new URL(file, data)))
      const analysis = await browser.analyse(raster, { mode: 'still', embed: 'never', liveness: 'passive' })
      const evidence = analysis.faces[0] && (await evidenceOf(raster, analysis.faces[0].box))
      const found = evidence && (await look(evidence.jpeg, evidence.mark, everyNet))
      if (found?.padLogOdds !== undefined) pairs.push([analysis.liveness.padLogOdds, found.padLogOdds])
    }
    const threes = (at) => pairs.map((_, nth) => [0, 1, 2].map((next) => pairs[(nth + next) % pairs.length][at]).sort((a, b) => a - b)[1])
    figures[kind] = {
      whole: spread(pairs.map(([whole]) => whole)),
      jpeg: spread(pairs.map(([, jpeg]) => jpeg)),
      change: spread(pairs.map(([whole, jpeg]) => jpeg - whole)),
      medianOfThree: { whole: spread(threes(0)), jpeg: spread(threes(1)) },
      bonaFideOfThree: {
        whole: round(shareOf(threes(0), (value) => value >= -1.65)),
        jpeg: round(shareOf(threes(1), (value) => value >= lib.SERVER_PASSIVE_LIMITS.bonaFide)),
      },
      attackOfThree: {
        whole: round(shareOf(threes(0), (value) => value <= -4)),
        jpeg: round(shareOf(threes(1), (value) => value <= lib.SERVER_PASSIVE_LIMITS.attack)),
      },
    }
  }
  return figures
}

const shareOf = (values, holds) => values.filter(holds).length / values.length

/** Cosines: two good frames of a film; a frame that is not good against the mean of the good; both against another person's. */
export function personFigures(lib, films, puppets) {
  const own = { plain: [], others: [] }
  const foreign = { plain: [], others: [] }
  const all = [...films, ...puppets].map(({ person, seen }) => ({ person, seen: seen.filter((frame) => lib.personVector(frame) !== undefined) }))
  for (const { person, seen } of all) {
    const plain = seen.filter((frame) => lib.isPlain(frame))
    const poor = seen.filter((frame) => !lib.isPlain(frame) && frame.quality.reasons.every((reason) => TURNS.includes(reason)))
    plain.forEach((one, at) => plain.slice(at + 1).forEach((other) => own.plain.push(lib.cosine(lib.personVector(one), lib.personVector(other)))))
    if (plain.length > 0) own.others.push(...poor.map((frame) => lib.cosine(lib.personVector(frame), meanOf(lib, plain))))
    for (const other of all.filter((one) => one.person !== person)) {
      const theirs = other.seen.filter((frame) => lib.isPlain(frame))
      if (theirs.length === 0) continue
      foreign.plain.push(...plain.filter((_, at) => at % 3 === 0).map((frame) => lib.cosine(lib.personVector(frame), lib.personVector(theirs[0]))))
      foreign.others.push(...poor.map((frame) => lib.cosine(lib.personVector(frame), meanOf(lib, theirs))))
    }
  }
  return {
    onePerson: { good: spread(own.plain), turnedOrActingAgainstMean: spread(own.others) },
    twoPeople: { good: spread(foreign.plain), turnedOrActingAgainstMean: spread(foreign.others) },
  }
}

const TURNS = ['turned', 'tilted', 'looking-up-down', 'eyes-closed', 'mouth-open']
const meanOf = (lib, frames) => lib.meanVector(frames.map((frame) => lib.personVector(frame)))

/** The same frame again, altered as an attacker would; frames of other moments; frames of other sessions of the same person. */
export async function replayFigures({ lib, look, browser, evidenceOf, films, puppets, index, data }) {
  const again = []
  const [near, far] = [[], []]
  const distance = (one, other) => ({ bits: lib.fineDistance(one.faceHash, other.faceHash), points: lib.pointsApart(one.points, other.points) })
  const seeRaster = async (raster) => {
    const analysis = await browser.analyse(raster, { mode: 'still', embed: 'never' })
    const evidence = analysis.faces[0] && (await evidenceOf(raster, analysis.faces[0].box))
    return evidence && lib.signatureOf({ look: await look(evidence.jpeg, evidence.mark, everyNet) })
  }
  for (const { seen } of [...films, ...puppets]) {
    const signed = seen.flatMap((frame) => (lib.signatureOf(frame) === undefined ? [] : [{ frame, own: lib.signatureOf(frame) }]))
    for (const [at, { frame, own }] of signed.entries()) {
      for (const later of signed.slice(at + 1)) {
        const ms = later.frame.mark.timestampMs - frame.mark.timestampMs
        ;(ms < 700 ? near : far).push(distance(own, later.own))
      }
      if (at % 6 !== 0) continue
      for (const way of WAYS) {
        const other = await seeRaster(await altered(lib, frame.raster, way))
        if (other !== undefined) again.push({ way: way.name, ...distance(own, other) })
      }
    }
  }
  const sessions = await acrossSessions({ lib, seeRaster, index, data, distance })
  const occasions = acrossClips({ lib, films, distance })
  const { replayBits, replayPoints } = lib.VERIFICATION_LIMITS
  const found = (all) =>
    round(
      shareOf(all, ({ bits, points }) => bits <= replayBits && points <= replayPoints),
      4,
    )
  const told = (all) => ({
    found: found(all),
    bits: spread(
      all.map(({ bits }) => bits),
      0,
    ),
    points: spread(
      all.map(({ points }) => points),
      5,
    ),
  })
  return {
    again: told(again),
    byWay: Object.fromEntries(WAYS.map(({ name }) => [name, told(again.filter(({ way }) => way === name))])),
    momentWithin700Ms: told(near),
    laterMoment: told(far),
    anotherSession: told(sessions),
    anotherOccasion: told(occasions),
  }
}

const WAYS = [
  { name: 'quality 40', quality: 40 },
  { name: 'quality 90', quality: 90 },
  { name: 'cropped by 2 %', quality: 80, crop: 0.02 },
  { name: 'cropped by 8 %', quality: 80, crop: 0.08 },
  { name: 'brighter by 20 %', quality: 80, brightness: 1.2 },
  { name: 'darker by 20 %', quality: 80, brightness: 0.8 },
  { name: 'all of it', quality: 60, crop: 0.05, brightness: 1.15 },
]

/** A frame as a camera program would play it: cropped and enlarged again, brightened, compressed. */
async function altered(lib, { width, height, data }, { quality, crop = 0, brightness = 1 }) {
  const [left, top] = [Math.round((width * crop) / 2), Math.round((height * crop) / 2)]
  const jpeg = await sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .resize(width, height, { fit: 'fill' })
    .modulate({ brightness })
    .jpeg({ quality })
    .toBuffer()
  return lib.decodeImage(jpeg)
}

/** Frontal faces of one person on other days before the same webcam. */
async function acrossSessions({ lib, seeRaster, index, data, distance }) {
  const files = index.filter(({ file, session }) => file.startsWith('pad/nuaa/ClientRaw/') && session !== undefined)
  const signed = []
  for (const { file, identity, session } of files.filter((_, at) => at % 2 === 0)) {
    const own = await seeRaster(await lib.decodeImage(readFileSync(new URL(file, data))))
    if (own !== undefined) signed.push({ identity, session, own })
  }
  return signed.flatMap((one, at) =>
    signed
      .slice(at + 1)
      .filter(({ identity, session }) => identity === one.identity && session !== one.session)
      .map((other) => distance(one.own, other.own)),
  )
}

/** Frames of one person's clips of two occasions. */
function acrossClips({ lib, films, distance }) {
  const signed = films.map(({ person, session, seen }) => ({ person, session, all: seen.flatMap((frame) => lib.signatureOf(frame) ?? []) }))
  return signed.flatMap((one, at) =>
    signed
      .slice(at + 1)
      .filter(({ person, session }) => person === one.person && session !== one.session)
      .flatMap(({ all }) => all.flatMap((theirs) => one.all.map((own) => distance(own, theirs)))),
  )
}

/** Milliseconds of the server for one frame. */
export function costFigures(films) {
  const frames = films.flatMap(({ seen }) => seen.map(({ look }) => look.timingsMs)).slice(20)
  const stages = [...new Set(frames.flatMap((one) => Object.keys(one)))]
  const total = frames.map((one) => Object.values(one).reduce((sum, ms) => sum + ms, 0))
  return {
    frameMs: spread(total, 1),
    stagesMs: Object.fromEntries(
      stages.map((stage) => [
        stage,
        spread(
          frames.map((one) => one[stage] ?? 0),
          1,
        ).median,
      ]),
    ),
  }
}

/** One check-in of three steps, five frames opened: milliseconds of CPU and of the clock, one thread. */
export async function sessionCost(lib, analyser, look) {
  const film = await lib.recordFilm(analyser, 'obama', ['turn-left', 'open-mouth', 'look-down'])
  const { input } = await lib.sessionFor(film, { reference: await lib.templateOf(analyser, 'obama') })
  const [cpu, wall, judged, bytes] = [
    [],
    [],
    [],
    [input.bundle.manifest, ...input.bundle.series, ...input.bundle.frames].reduce((sum, { length }) => sum + length, 0),
  ]
  for (let round = 0; round < 20; round += 1) {
    const [used, began] = [process.cpuUsage(), performance.now()]
    const { outcome, timingsMs } = await lib.verifyEvidence(input, look)
    if (outcome !== 'admitted') throw new Error('the made session is refused')
    const { user, system } = process.cpuUsage(used)
    cpu.push((user + system) / 1000)
    wall.push(performance.now() - began)
    judged.push(timingsMs.read + timingsMs.judge)
  }
  return {
    session: { frames: input.bundle.frames.length, bytes, cpuMs: spread(cpu, 0), wallMs: spread(wall, 0), withoutLookingMs: spread(judged, 1) },
  }
}
