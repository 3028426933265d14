import { expect } from '@esm-bundle/chai'
import { cameraPermission, decodeStill, frames, listCameras, openCamera, pictureOf, type Camera } from '../../src/capture/index.js'

const RED = [255, 0, 0, 255]
const BLUE = [0, 0, 255, 255]

/** Left half red, right half blue. */
function twoHalves(width = 40, height = 20): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.fillStyle = 'red'
  context.fillRect(0, 0, width / 2, height)
  context.fillStyle = 'blue'
  context.fillRect(width / 2, 0, width / 2, height)
  return canvas
}

/** A JPEG that says by EXIF how it is to be turned: APP1 with one entry, tag 0x0112, after the two bytes of SOI. */
async function turnedJpeg(orientation: number): Promise<Blob> {
  const jpeg = new Uint8Array(await (await twoHalves().convertToBlob({ type: 'image/jpeg', quality: 1 })).arrayBuffer())
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff]
  return new Blob([jpeg.subarray(0, 2), new Uint8Array([0xff, 0xe1, 0, exif.length + 2, ...exif]), jpeg.subarray(2)])
}

function pixel(picture: ReturnType<typeof pictureOf>, x: number, y: number): number[] {
  const { data, width } = picture.raster()
  return [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 4)]
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  )
}

describe('the camera, on the browser’s fake device', () => {
  let video: HTMLVideoElement
  let camera: Camera | undefined

  beforeEach(() => {
    video = document.createElement('video')
    document.body.append(video)
  })
  afterEach(() => {
    camera?.close()
    video.remove()
  })

  it('plays mirrored, tells its settings, and stops', async () => {
    camera = await openCamera({ video })
    expect(video.videoWidth).to.equal(640)
    expect(camera.settings).to.include({ width: 640, height: 480, orientation: 'landscape' })
    expect(camera.label).to.not.equal('')
    expect(getComputedStyle(video).transform).to.equal('matrix(-1, 0, 0, 1, 0, 0)')
    camera.close()
    expect(camera.stream.getTracks().map(({ readyState }) => readyState)).to.deep.equal(['ended'])
    expect(video.srcObject).to.equal(null)
    expect(video.getAttribute('style') ?? '').to.equal('')
  })

  it('feeds frames with rising times while they are taken', async () => {
    camera = await openCamera({ video })
    const controller = new AbortController()
    const times: number[] = []
    await frames(video, {
      signal: controller.signal,
      onFrame: ({ drawable, timestampMs }) => {
        expect(drawable).to.be.instanceOf(VideoFrame)
        const { width, height } = pictureOf(drawable)
        expect([width, height]).to.deep.equal([640, 480])
        times.push(timestampMs)
        if (times.length === 5) controller.abort()
      },
    })
    expect(times).to.deep.equal([...new Set(times)].sort((a, b) => a - b))
    // On the page's clock.
    expect(Math.abs((times[0] ?? 0) - performance.now())).to.be.lessThan(60_000)
  })

  it('hands a frame to another thread: transferred, it is not harmed by the feed', async () => {
    camera = await openCamera({ video })
    const { port1, port2 } = new MessageChannel()
    const controller = new AbortController()
    const arrived = new Promise<VideoFrame>((resolve) => (port2.onmessage = ({ data }) => resolve(data as VideoFrame)))
    await frames(video, {
      signal: controller.signal,
      onFrame: ({ drawable }) => {
        port1.postMessage(drawable, [drawable])
        controller.abort()
      },
    })
    const frame = await arrived
    expect(frame.displayWidth).to.equal(640)
    frame.close()
    port2.close()
  })

  it('lists cameras and the permission', async () => {
    camera = await openCamera()
    const [first] = await listCameras()
    expect(first?.deviceId).to.equal(camera.settings.deviceId)
    expect(await cameraPermission()).to.be.oneOf(['granted', 'prompt'])
  })

  it('says that a device is not there', async () => {
    expect(await codeOf(openCamera({ deviceId: 'nowhere' }))).to.equal('camera-unsuitable')
  })

  it('gives the frame that a video shows as a still, not mirrored', async () => {
    expect(await codeOf(decodeStill(video))).to.equal('still-empty')
    camera = await openCamera({ video })
    const still = pictureOf(await decodeStill(video))
    expect([still.width, still.height]).to.deep.equal([640, 480])
  })
})

describe('stills', () => {
  it('turns a picture as its EXIF says', async () => {
    const plain = pictureOf(await decodeStill(await turnedJpeg(1)))
    expect([plain.width, plain.height]).to.deep.equal([40, 20])
    const turned = pictureOf(await decodeStill(await turnedJpeg(6)))
    expect([turned.width, turned.height]).to.deep.equal([20, 40])
    // Turned clockwise by a quarter: what was left is above. JPEG is lossy, hence the tolerance.
    expect(pixel(turned, 10, 5)[0]).to.be.greaterThan(240)
    expect(pixel(turned, 10, 35)[2]).to.be.greaterThan(240)
  })

  it('takes an img, and says that a broken one is none', async () => {
    const image = new Image()
    image.src = URL.createObjectURL(await twoHalves().convertToBlob())
    const still = (await decodeStill(image)) as ImageBitmap
    expect(pixel(pictureOf(still), 1, 1)).to.deep.equal(RED)
    image.src = URL.createObjectURL(new Blob(['no picture']))
    expect(await codeOf(decodeStill(image))).to.equal('still-undecodable')
  })

  it('refuses what it cannot decode, and what is too large', async () => {
    expect(await codeOf(decodeStill(new Blob(['no picture'])))).to.equal('still-undecodable')
    const png = await twoHalves().convertToBlob()
    expect(await codeOf(decodeStill(png, { maxPixels: 799 }))).to.equal('still-too-large')
    const bitmap = (await decodeStill(png, { maxPixels: 800 })) as ImageBitmap
    expect(await decodeStill(bitmap)).to.equal(bitmap)
    bitmap.close()
    expect(await codeOf(decodeStill(bitmap))).to.equal('still-empty')
  })

  it('brings ImageData of another colour space into sRGB', async () => {
    const data = new ImageData(2, 2, { colorSpace: 'display-p3' })
    data.data.fill(255)
    const still = await decodeStill(data)
    expect(still).to.be.instanceOf(ImageBitmap)
    const same = new ImageData(2, 2)
    expect(await decodeStill(same)).to.equal(same)
  })
})

describe('pictureOf', () => {
  it('reads a bitmap’s pixels once', () => {
    const picture = pictureOf(twoHalves().transferToImageBitmap())
    expect(pixel(picture, 5, 5)).to.deep.equal(RED)
    expect(pixel(picture, 35, 5)).to.deep.equal(BLUE)
    expect(picture.raster()).to.equal(picture.raster())
  })

  it('honours a frame’s rotation', function () {
    const frame = new VideoFrame(twoHalves(), { timestamp: 0, rotation: 90 } as VideoFrameInit)
    if ((frame as { rotation?: number }).rotation !== 90) return this.skip()
    const picture = pictureOf(frame)
    expect([picture.width, picture.height]).to.deep.equal([20, 40])
    expect(pixel(picture, 10, 5)).to.deep.equal(RED)
    expect(pixel(picture, 10, 35)).to.deep.equal(BLUE)
    frame.close()
  })

  it('says so when the drawable is closed', () => {
    const bitmap = twoHalves().transferToImageBitmap()
    const picture = pictureOf(bitmap)
    bitmap.close()
    expect(() => picture.raster()).to.throw('cannot be read')
  })
})
