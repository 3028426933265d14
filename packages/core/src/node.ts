/**
 * The same line in Node: ONNX Runtime's native build, the ONNX landmark engine, pictures decoded by sharp. Both are optional peers of this
 * package, so that a browser project installs neither.
 *
 * @packageDocumentation
 */
export { createNodeAnalyser, type NodeAnalyser, type NodeAnalyserOptions } from './node/analyser.js'
export { decodeImage, type DecodeImageOptions } from './node/decode-image.js'
export { createNodeEngine } from './inference/ort-node.js'
