// Our landmark engine against MediaPipe over 200 stills: the limits; writes docs/evaluation/landmark-parity.json.
import '../conformance/landmark-parity/run.mjs'
