// npm run evaluate:pad on two films, a picture and two files that it cannot read, test/e2e/evaluate-pad.long.ts: a minute. npm run build first.
import { runLongBrowser } from '../../scripts/lib/long-browser.mjs'

await runLongBrowser('evaluate-pad')
