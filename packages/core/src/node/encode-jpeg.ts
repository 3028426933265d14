import type { EncodeJpeg } from '../worker/evidence-frame.js'
import { sharp } from './sharp.js'

/** By libjpeg-turbo, as browsers encode: baseline, 4:2:0. */
export const encodeJpeg: EncodeJpeg = async (raster, { region, width, height }, quality) => {
  const { x: left, y: top } = region
  const encoded = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 4 } })
    .removeAlpha()
    .extract({ left, top, width: region.width, height: region.height })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .jpeg({ quality: Math.round(quality * 100), chromaSubsampling: '4:2:0' })
    .toBuffer()
  // A copy: a small buffer is a view of Node's pool, which must not go with it.
  return new Uint8Array(encoded)
}
