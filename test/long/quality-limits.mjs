// What the quality stage says of each set; writes docs/evaluation/quality.json.
import '../evaluation/quality-limits.mjs'
