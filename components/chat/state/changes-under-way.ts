const underWay = new Set<Promise<unknown>>()

/** Notes a change of settings that is on its way to the site, and returns it. */
export function noteChange<T>(change: Promise<T>): Promise<T> {
  const isOver = () => underWay.delete(change)
  underWay.add(change)
  change.then(isOver, isOver)
  return change
}

/**
 * Resolves when the changes noted so far have reached the site, or failed: an answer keeps to what its asker has set. Undefined
 * where there are none to wait for.
 */
export const changesArrived = (): Promise<unknown> | undefined =>
  underWay.size > 0 ? Promise.allSettled(underWay) : undefined
