export { createApp } from './app.js'
export { lintasDemo, type DemoOptions } from './demo.js'
export { SECURITY_HEADERS } from './headers.js'
export { type Problem } from './problem.js'
