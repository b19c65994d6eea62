/** As long as a changed quota may take to hold. */
const REMEMBERED_MS = 1_000
const MAX_REMEMBERED = 10_000

/**
 * Asks `find` at most once a second for the same key, and once for all who ask at the same time. Failures are not
 * remembered. `now` counts milliseconds and does not jump.
 */
export function remembering<Found>(
  find: (key: string) => Promise<Found>,
  now = () => performance.now(),
): (key: string) => Promise<Found> {
  const known = new Map<string, { found: Promise<Found>; untilMs: number }>()
  return (key) => {
    const nowMs = now()
    const before = known.get(key)
    if (before && before.untilMs > nowMs) return before.found
    known.delete(key)
    const oldest = known.keys().next()
    if (known.size >= MAX_REMEMBERED && !oldest.done) known.delete(oldest.value)
    const found = find(key)
    known.set(key, { found, untilMs: nowMs + REMEMBERED_MS })
    found.catch(() => known.get(key)?.found === found && known.delete(key))
    return found
  }
}
