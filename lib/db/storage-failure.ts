/** Why a database could not do what it was asked, where that is not the fault of the question. */
export type StorageFailure = 'full' | 'busy' | 'away'

/** Result codes of SQLite (their lowest byte; https://www.sqlite.org/rescode.html). */
const SQLITE: Record<number, StorageFailure> = {
  5: 'busy',
  6: 'busy',
  8: 'away',
  10: 'away',
  13: 'full',
  14: 'away',
}

/** What the driver says of itself has no code. */
const MESSAGES: readonly [RegExp, StorageFailure][] = [
  [
    /^(Connection terminated|Client (was closed|has encountered)|timeout exceeded when trying to connect)/,
    'away',
  ],
]

/** Error codes of PostgreSQL (appendix A of its manual), of the network below, and of the disk. */
const CODES: readonly [RegExp, StorageFailure][] = [
  [/^(53[12]00|ENOSPC|EDQUOT)$/, 'full'],
  [/^(55P03|40P01|53300)$/, 'busy'],
  [/^(08...|57P0[1-3]|25006)$/, 'away'],
  [/^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)$/, 'away'],
]

/** The kind of trouble that `error` of a query, or what caused it, tells of; undefined when it is of another nature. */
export function storageFailureOf(error: unknown): StorageFailure | undefined {
  if (!(error instanceof Error)) return undefined
  const own =
    'errcode' in error && typeof error.errcode === 'number' ? SQLITE[error.errcode & 0xff] : undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const told =
    CODES.find(([pattern]) => pattern.test(code)) ?? MESSAGES.find(([pattern]) => pattern.test(error.message))
  return own ?? told?.[1] ?? storageFailureOf(error.cause)
}

/**
 * A write on the way of somebody who only reads: where the database cannot be written just now, it is left out, and
 * undefined is returned. Any other error is thrown.
 */
export async function ifWritable<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write
  } catch (error) {
    if (storageFailureOf(error) === undefined) throw error
    return undefined
  }
}
