// npm run evaluate:pad: error rates of presentation attack detection. `--help` tells the rest.
import { runTool } from './tool.mjs'

await runTool('evaluate:pad', 'pad/main.ts', 'pad/page/main.ts')
