import { getConfig } from '../config.ts'

/** The Node host makes a secret when none is set; other hosts must be given one. */
export function requireSecret(): string {
  const { AUTH_SECRET } = getConfig()
  if (AUTH_SECRET) return AUTH_SECRET
  throw new Error('AUTH_SECRET is not set; on a host without a data directory it must be.')
}
