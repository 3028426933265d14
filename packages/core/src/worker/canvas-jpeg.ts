import type { EncodeJpeg } from './evidence-frame.js'

/** By the browser's own encoder. */
export const encodeJpegOnCanvas: EncodeJpeg = async (raster, { region, width, height }, quality) => {
  const whole = new ImageData(new Uint8ClampedArray(raster.data), raster.width, raster.height)
  const cut = canvasOf(region.width, region.height)
  cut.context.putImageData(whole, -region.x, -region.y, region.x, region.y, region.width, region.height)
  const shown = region.width === width && region.height === height ? cut : canvasOf(width, height)
  if (shown !== cut) {
    shown.context.imageSmoothingQuality = 'high'
    shown.context.drawImage(cut.canvas, 0, 0, width, height)
  }
  const blob = await shown.canvas.convertToBlob({ type: 'image/jpeg', quality })
  // A browser that knows no JPEG would give a PNG.
  if (blob.type !== 'image/jpeg') throw new Error(`a canvas gave ${blob.type}`)
  return new Uint8Array(await blob.arrayBuffer())
}

function canvasOf(width: number, height: number): { readonly canvas: OffscreenCanvas; readonly context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { alpha: false, colorSpace: 'srgb' })
  if (context === null) throw new Error('no 2d context')
  return { canvas, context }
}
