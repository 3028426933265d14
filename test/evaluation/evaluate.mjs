// npm run evaluate: error rates of comparison. `--help` tells the rest.
import { runTool } from './tool.mjs'

await runTool('evaluate', 'src/main.ts', 'src/page.ts')
