/** 1 to 200 characters, neither control characters nor halves of surrogate pairs: those would become the same bytes in UTF-8. */
export const SUBJECT_ID_PATTERN: RegExp = /^[^\p{Cc}\p{Cs}]{1,200}$/u

/** `value` when it can name a subject. @throws TypeError that names the option */
export function checkSubjectId(value: unknown): string {
  if (typeof value === 'string' && SUBJECT_ID_PATTERN.test(value)) return value
  throw new TypeError(`subjectId must be a string of 1 to 200 characters without control characters, not ${describe(value)}`)
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `a string of ${value.length} characters` : typeof value
}
