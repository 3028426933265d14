import { createMediaPipeDetector } from '../detection/mediapipe.js'
import { hasWebGl } from '../detection/webgl.js'
import { LintasError } from '../errors/index.js'
import { createWasmEngine } from '../inference/ort-web.js'
import { encodeJpegOnCanvas } from './canvas-jpeg.js'
import { serve, type HostScope } from './host.js'
import { isRuntimeThread, trustThreadWorkers } from './thread-worker.js'

if (!isRuntimeThread()) {
  trustThreadWorkers()
  serve(globalThis as unknown as HostScope, ({ threads = 1 }) => ({
    backend: 'wasm',
    openEngine: (wasmBinary) => {
      if (wasmBinary === undefined) throw new LintasError('assets-entry-unknown', 'the WASM backend has no binary')
      return Promise.resolve(createWasmEngine({ wasmBinary, threads }))
    },
    encodeJpeg: encodeJpegOnCanvas,
    ...(hasWebGl() && { openMediaPipe: (wasmBinary, model, maxFaces) => createMediaPipeDetector({ wasmBinary, model, maxFaces }) }),
  }))
}
