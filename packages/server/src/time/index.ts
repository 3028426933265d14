export { aroundDays, dayAfter, isDay, isTimeZone, localDay, localIso, type Day } from './local-day.js'
