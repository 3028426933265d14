export { Fault, notFound } from './fault.js'
