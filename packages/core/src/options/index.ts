export { checkBoolean, checkChoice, checkKeys, checkNumber, checkText, type NumberBounds } from './check.js'
export { ShapeError, shapeChoice, shapeList, shapeNumber, shapeObject, shapePattern, shapeText } from './shape.js'
