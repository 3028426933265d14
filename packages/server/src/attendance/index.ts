export { attendanceCsv, csvCell } from './csv.js'
export { attendanceDays, compareDays, type AttendanceDay, type AttendanceMoment } from './days.js'
export { listAttendance, type AttendancePage, type AttendanceQuery } from './list.js'
