import type { FindCaller, TokenOwner } from '#lib/gateway/identity.ts'

/** After this long a revoked token is refused by every instance, and a new one known. */
const REMEMBERED_MS = 1_000
const MAX_REMEMBERED = 10_000

interface Remembered {
  owner: Promise<TokenOwner | null>
  untilMs: number
}

/**
 * Asks `find` at most once a second about the same token, whether it is known or not, and once for all requests that ask
 * at the same time. Failures are not remembered. `now` counts milliseconds and does not jump.
 */
export function rememberCallers(find: FindCaller, now = () => performance.now()): FindCaller {
  const known = new Map<string, Remembered>()
  return (sha256) => {
    const nowMs = now()
    const before = known.get(sha256)
    if (before && before.untilMs > nowMs) return before.owner
    known.delete(sha256)
    if (known.size >= MAX_REMEMBERED) forgetOldest(known)
    const owner = find(sha256)
    known.set(sha256, { owner, untilMs: nowMs + REMEMBERED_MS })
    owner.catch(() => known.get(sha256)?.owner === owner && known.delete(sha256))
    return owner
  }
}

/** A Map keeps the order in which its entries came. */
function forgetOldest(known: Map<string, Remembered>): void {
  const oldest = known.keys().next()
  if (!oldest.done) known.delete(oldest.value)
}
