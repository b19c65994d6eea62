import type { FindCaller } from '#lib/gateway/identity.ts'
import { remembering } from './remembering.ts'

/**
 * Asks `find` at most once a second about the same token, whether it is known or not: after that long a revoked one is
 * refused by every instance, and a new one known.
 */
export const rememberCallers = (find: FindCaller, now?: () => number): FindCaller => remembering(find, now)
