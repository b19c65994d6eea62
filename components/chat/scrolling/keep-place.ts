/** So long after a scroll the page may still be on its way, and is let alone: to move it would stop it. */
const MOVING_MS = 200

/**
 * Keeps what is read where it is while the page above it changes its height, in browsers that do not do so themselves (WebKit). `note` is
 * called with each scroll, `keep` with each change of a height.
 */
export function createPlaceKeeper(pane: HTMLElement): { note(): void; keep(): void } {
  if (CSS.supports('overflow-anchor', 'auto')) return { note() {}, keep() {} }
  let read: Element | null = null
  let top = 0
  let movedAt = 0
  /** Where it was put from here. */
  let putAt = -1
  const look = () => {
    const area = pane.getBoundingClientRect()
    // Below the bar, in the middle of the column.
    const there = document.elementFromPoint(area.left + area.width / 2, area.top + area.height / 4)
    read = there?.closest('[data-message-id]') ?? null
    top = read?.getBoundingClientRect().top ?? 0
  }
  return {
    note() {
      if (Math.abs(pane.scrollTop - putAt) > 1) movedAt = performance.now()
      look()
    },
    keep() {
      if (read?.isConnected && performance.now() - movedAt > MOVING_MS) {
        pane.scrollTop += read.getBoundingClientRect().top - top
        putAt = pane.scrollTop
      }
      look()
    },
  }
}
