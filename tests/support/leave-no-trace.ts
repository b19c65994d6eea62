import { afterAll, vi } from 'vitest'

/** Files of unit tests share a process: at its end each gives back the clock, the environment and all it replaced. */
afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.resetModules()
})
