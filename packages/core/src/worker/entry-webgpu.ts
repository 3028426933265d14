import { createMediaPipeDetector } from '../detection/mediapipe.js'
import { hasWebGl } from '../detection/webgl.js'
import { LintasError } from '../errors/index.js'
import { createWebGpuEngine, requireAdapter } from '../inference/ort-webgpu.js'
import { encodeJpegOnCanvas } from './canvas-jpeg.js'
import { serve, type HostScope } from './host.js'

serve(globalThis as unknown as HostScope, () => ({
  backend: 'webgpu',
  check: requireAdapter,
  openEngine: (wasmBinary) => {
    if (wasmBinary === undefined) throw new LintasError('assets-entry-unknown', 'the WebGPU backend has no binary')
    return createWebGpuEngine(wasmBinary)
  },
  encodeJpeg: encodeJpegOnCanvas,
  ...(hasWebGl() && { openMediaPipe: (wasmBinary, model, maxFaces) => createMediaPipeDetector({ wasmBinary, model, maxFaces }) }),
}))
