/** A hidden page gets no animation frames; this often its text is brought up to date all the same. */
const HIDDEN_MS = 500

export interface FrameBatch {
  /** Asks for a flush with the next frame; any number of times. */
  schedule(): void
  /** Flushes now what was scheduled, if anything was. */
  flush(): void
}

/** Calls `onFlush` at most once per animation frame, however often it is asked to. */
export function createFrameBatch(onFlush: () => void): FrameBatch {
  let frame: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    if (frame === undefined) return
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = undefined
    onFlush()
  }
  return {
    flush,
    schedule() {
      if (frame !== undefined) return
      frame = requestAnimationFrame(flush)
      timer = setTimeout(flush, HIDDEN_MS)
    },
  }
}
