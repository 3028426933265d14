export { checkBoolean, checkChoice, checkKeys, checkNumber, checkText, type NumberBounds } from './check.js'
