// What the quality stage says of sets whose faults are known: `node test/evaluation/quality-limits.mjs`. Needs `npm run build` and ../shared/data;
// writes docs/evaluation/quality.json. The limits in packages/core/src/quality/requirements.ts cite it. Stills only; nothing of a person is kept.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createNodeAnalyser, decodeImage } from '../../packages/core/dist/node.js'
import { QUALITY_REQUIREMENTS, assessQuality } from '../../packages/core/dist/quality/index.js'
import { expectedReasons, qualitySets } from './quality-sets.mjs'
import { peopleRefused, skinTone, toneGroups } from './quality-fairness.mjs'
import { summary } from './quality-summary.mjs'

const DATA = new URL('../../../shared/data/', import.meta.url)
const OUT = new URL('../../docs/evaluation/quality.json', import.meta.url)

if (!existsSync(DATA)) {
  process.stdout.write('skipped: ../shared/data is not here\n')
  process.exit(0)
}

const analyser = createNodeAnalyser({ models: new URL('../../models/', import.meta.url).pathname, spaces: ['compact-512'], maxFaces: 3 })

async function measure({ file, identity }) {
  const raster = await decodeImage(readFileSync(new URL(file, DATA)))
  const { quality, faces } = await analyser.analyse(raster, { embed: 'never' })
  return { identity, measures: quality.measures, tone: quality.measures && skinTone(raster, faces[0].landmarks) }
}

const sets = {}
let fairness = {}
for (const [name, entries] of Object.entries(qualitySets(JSON.parse(readFileSync(new URL('index.json', DATA), 'utf8'))))) {
  const seen = []
  for (const entry of entries) seen.push(await measure(entry))
  sets[name] = { ...summary(seen, assessQuality), ...expectedReasons(name) }
  if (name === 'lfw-deepfunneled') fairness = { skinTone: toneGroups(seen, assessQuality), people: peopleRefused(seen, assessQuality) }
  process.stdout.write(`${name}: ${JSON.stringify(sets[name].usual)}\n`)
}
analyser.close()

const result = {
  what: 'reasons of the quality stage by set; the limits were chosen on these sets, so the figures are not held out',
  command: 'node test/evaluation/quality-limits.mjs',
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  date: new Date().toISOString().slice(0, 10),
  engine: 'node, ONNX landmark engine, pictures as stills',
  terms: {
    pixelReasons: 'too-dark, too-bright, uneven-light, low-contrast, blurred',
    usable: 'a face without any fault but of pixels, eyes or mouth: one face, near enough, inside the picture, uncovered, within the pose limits',
    pixelBlamed: 'usable faces that get a pixel reason',
    quantiles: 'at 0, 1, 5, 50, 95, 99, 100 %',
  },
  notSeen: [
    'masks, hands, scarves and flat patches that are not black above the nose tip: landmarks are placed over them',
    'sensor noise: sharpness is blind to it on purpose, and nothing else measures it',
    'a picture upside down: the engine fits an upright face into it (roll near 0)',
    'slight motion blur, and faces enlarged from 28 px between the eyes',
    'drawn, painted and animal faces that the detector takes for one',
  ],
  limits: QUALITY_REQUIREMENTS,
  sets,
  fairness,
}
writeFileSync(OUT, `${JSON.stringify(result, null, 2)}\n`)
