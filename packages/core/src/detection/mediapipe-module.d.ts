declare module '@mediapipe/tasks-vision/vision_wasm_module_internal.js' {
  /** Emscripten's module factory; MediaPipe's bundle calls it through `globalThis.ModuleFactory`. */
  const ModuleFactory: unknown
  export default ModuleFactory
}
