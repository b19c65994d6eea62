/** For so long after wheel, finger, mouse or key a scroll is the reader's. */
const HAND_MS = 1000
/** A scroll so soon after one of the reader's goes on from it, as after a flick of the finger. */
const MOMENTUM_MS = 200

/**
 * Tells the reader's scrolls from those of the browser, which also moves a page whose height is changing. `scrolled` is called with each
 * scroll, and says whether it was the reader's; `isTurningBack` whether a wheel is being turned to what is above.
 */
export function watchHand(): { scrolled(): boolean; isTurningBack(): boolean; stop(): void } {
  const stopping = new AbortController()
  const listening = { capture: true, passive: true, signal: stopping.signal }
  let until = 0
  let turningBackUntil = 0
  const touch = (event: Event) => {
    // Who writes on while an answer comes does not scroll it.
    if (event.type === 'keydown' && event.target instanceof HTMLTextAreaElement) return
    const now = performance.now()
    until = now + HAND_MS
    if (event instanceof WheelEvent) turningBackUntil = event.deltaY < 0 ? now + HAND_MS : 0
  }
  for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
    window.addEventListener(type, touch, listening)
  }
  return {
    scrolled() {
      const now = performance.now()
      if (now > until) return false
      until = Math.max(until, now + MOMENTUM_MS)
      return true
    },
    isTurningBack: () => performance.now() < turningBackUntil,
    stop: () => stopping.abort(),
  }
}
