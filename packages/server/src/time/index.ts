export { aroundDays, dayAfter, isDay, isTimeZone, localDay, localIso, startOfMonth, type Day } from './local-day.js'
