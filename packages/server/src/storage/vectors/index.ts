export {
  countSpaces,
  dropVectors,
  lockActive,
  nearestVectors,
  putVector,
  VECTOR_LENGTH,
  withoutVector,
  type NearVector,
  type ReferenceVector,
} from './vectors.js'
