import type { Face } from '../detection/index.js'

/** Faces narrower than this share of the largest stand behind it, as in quality's count of faces: nobody took the picture of them. */
const BEHIND = 1 / 3

/** The faces with the one that `choice` means first; the others stay in their order (largest first, as detectors give them). */
export function chosenFirst(
  faces: readonly Face[],
  choice: 'largest' | 'central',
  picture: { readonly width: number; readonly height: number },
): readonly Face[] {
  const [largest] = faces
  if (choice === 'largest' || largest === undefined) return faces
  const offCentre = ({ box }: Face): number => Math.hypot(box.x + box.width / 2 - picture.width / 2, box.y + box.height / 2 - picture.height / 2)
  const inFront = faces.filter(({ box }) => box.width >= BEHIND * largest.box.width)
  const chosen = inFront.reduce((best, face) => (offCentre(face) < offCentre(best) ? face : best), largest)
  return [chosen, ...faces.filter((face) => face !== chosen)]
}
