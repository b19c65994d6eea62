/** A day, as terms and limits count it: 24 hours. */
export const DAY_MS = 24 * 60 * 60 * 1000
