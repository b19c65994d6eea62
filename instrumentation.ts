import { getConfig } from '#lib/config.ts'

/** Next calls this once before it serves: a wrong setting stops `next start` as it stops the Node host. */
export function register(): void {
  getConfig()
}
