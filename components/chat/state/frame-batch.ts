/** A hidden page gets no animation frames; this often its text is brought up to date all the same. */
const HIDDEN_MS = 500

/** What comes after such a pause is the first word of something, and need not wait for a frame to be begun. */
const PAUSE_MS = 100

/** A frame that took longer is followed by a rest of twice its time, so that the page has room for those who read and type. */
const SHORT_MS = 10
const LONGEST_REST_MS = 1_000

export interface FrameBatch {
  /** Asks for a flush: at once after a pause, otherwise with the next frame; any number of times. */
  schedule(): void
  /** Flushes now what was scheduled, if anything was. */
  flush(): void
}

/** Calls `onFlush` at most once per animation frame, however often it is asked to; less often when frames take long. */
export function createFrameBatch(onFlush: () => void): FrameBatch {
  let isScheduled = false
  let frame: number | undefined
  let rest: ReturnType<typeof setTimeout> | undefined
  let hidden: ReturnType<typeof setTimeout> | undefined
  let restUntil = 0
  let flushedAt = Number.NEGATIVE_INFINITY
  const flush = () => {
    if (!isScheduled) return
    isScheduled = false
    if (frame !== undefined) cancelAnimationFrame(frame)
    clearTimeout(rest)
    clearTimeout(hidden)
    const began = performance.now()
    flushedAt = began
    onFlush()
    // The next task comes when React has rendered and the frame was laid out.
    setTimeout(() => {
      const now = performance.now()
      restUntil = now - began > SHORT_MS ? now + Math.min(2 * (now - began), LONGEST_REST_MS) : 0
    })
  }
  const nextFrame = () => {
    frame = requestAnimationFrame(flush)
  }
  return {
    flush,
    schedule() {
      if (isScheduled) return
      isScheduled = true
      const now = performance.now()
      if (now >= restUntil && now - flushedAt > PAUSE_MS) return flush()
      const restMs = restUntil - now
      if (restMs > 0) rest = setTimeout(nextFrame, restMs)
      else nextFrame()
      hidden = setTimeout(flush, HIDDEN_MS)
    },
  }
}
