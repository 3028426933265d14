export { createDuplicateSearch, type DuplicateCount, type DuplicateSearchOptions, type RegencySearch } from './duplicate-search.js'
export { createSegments, type Entry, type Found, type Segments } from './segments.js'
