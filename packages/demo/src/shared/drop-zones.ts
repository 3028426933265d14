import { find } from './dom.js'

/** The two pictures of a comparison. */
export type Side = 'a' | 'b'

/** Hands over what is dropped on the page's zones or chosen with them: of two pictures dropped at once the second is the other side's. */
export function watchZones(take: (side: Side, file: File) => void): void {
  for (const zone of document.querySelectorAll<HTMLElement>('.drop')) watchZone(zone, take)
  // Dropped a finger's breadth beside a zone, a picture would open in place of the page.
  addEventListener('dragover', (event) => {
    if (!event.defaultPrevented && event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none'
    event.preventDefault()
  })
  addEventListener('drop', (event) => event.preventDefault())
}

function watchZone(zone: HTMLElement, take: (side: Side, file: File) => void): void {
  const side: Side = zone.dataset['side'] === 'b' ? 'b' : 'a'
  const input = find<HTMLInputElement>('input', zone)
  const takeAll = ([first, second]: Iterable<File>): void => {
    if (first !== undefined) take(side, first)
    if (second !== undefined) take(side === 'a' ? 'b' : 'a', second)
  }
  input.addEventListener('change', () => takeAll(input.files ?? []))
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    takeAll(event.dataTransfer?.files ?? [])
  })
}
