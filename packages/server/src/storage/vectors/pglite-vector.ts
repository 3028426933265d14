/** pgvector for PGlite: the one file that knows it. It is loaded only where vectors are switched on. */
export { vector as pgliteVector } from '@electric-sql/pglite-pgvector'
