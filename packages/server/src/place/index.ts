export { CODE_MS, isOfficeCode, officeCode, type OfficeCode } from './office-code.js'
export { OfficesError, parseOffices, readOffices, type Office, type Offices, type TenantOffices } from './offices.js'
export {
  isAtOffice,
  isShown,
  placeFrom,
  placeRules,
  type Place,
  type PlaceBy,
  type PlaceFacts,
  type PlaceRefusal,
  type PlaceRules,
} from './place-from.js'
