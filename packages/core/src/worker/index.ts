export { createAnalyser, type ClientOptions } from './client.js'
export { createLine, type Line, type LineParts } from './line.js'
export { trustedScriptUrl } from './trusted-url.js'
export type { AnalyseOptions, Analyser, AnalyserInfo, AnalyserOptions, Analysis, StageName } from './types.js'
