/** Watches for silence. */
export interface IdleTimer {
  /** Something happened, or is awaited from now on. */
  restart(): void
  /** Nothing is awaited. */
  stop(): void
}

/** Calls `onIdle` once `timeoutMs` pass between `restart` and the next `restart` or `stop`. */
export function createIdleTimer(timeoutMs: number, onIdle: () => void): IdleTimer {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  return {
    stop,
    restart() {
      stop()
      timer = setTimeout(onIdle, timeoutMs)
    },
  }
}
