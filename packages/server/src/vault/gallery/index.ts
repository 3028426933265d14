export { createDuplicateSearch, type DuplicateCount, type DuplicateSearchOptions, type RegencySearch } from './duplicate-search.js'
export { createVectorFinder, keepVector, type KeepVector, type Nearest, type VectorFinder } from './vector-finder.js'
export { createSegments, type Entry, type Found, type Searched, type Segments } from './segments.js'
