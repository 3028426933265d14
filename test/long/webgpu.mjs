// WebGPU on Chromium's software adapter, test/e2e/webgpu.long.ts: right, and far too slow for npm test.
import { runLongBrowser } from '../../scripts/lib/long-browser.mjs'

await runLongBrowser('webgpu')
