import type { Face } from '../detection/index.js'

/** The faces with the one that `choice` means first; the others stay in their order (largest first, as detectors give them). */
export function chosenFirst(
  faces: readonly Face[],
  choice: 'largest' | 'central',
  picture: { readonly width: number; readonly height: number },
): readonly Face[] {
  if (choice === 'largest' || faces.length < 2) return faces
  const offCentre = ({ box }: Face): number => Math.hypot(box.x + box.width / 2 - picture.width / 2, box.y + box.height / 2 - picture.height / 2)
  const chosen = faces.reduce((best, face) => (offCentre(face) < offCentre(best) ? face : best))
  return [chosen, ...faces.filter((face) => face !== chosen)]
}
