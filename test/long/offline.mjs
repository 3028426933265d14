// A check-in while the network goes, in Chromium, test/e2e/offline.long.ts: thirteen of them, some fifteen minutes. What is built is what runs: npm run build first.
import { runLongBrowser } from '../../scripts/lib/long-browser.mjs'

await runLongBrowser('offline')
