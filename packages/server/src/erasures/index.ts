export { redoErasures, releasesOf } from './redo.js'
export { ErasuresError, parseTombstones, TOMBSTONES_SCHEMA } from './tombstones-file.js'
