export { aroundDays, dayAfter, isDay, isTimeZone, localDay, localIso, startOfDay, startOfMonth, type Day } from './local-day.js'
