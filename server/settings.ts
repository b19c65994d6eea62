import path from 'node:path'
import nextEnv from '@next/env'
import { type Config, getConfig, provideConfig, upstreamOf } from '#lib/config.ts'
import { keepSecret } from './host-secrets.ts'

/** The file, below DATA_DIR, with the token that other programs use on `/v1` when the operator set none. */
export const TOKEN_FILE = 'gateway-token'

/** Reads `.env` files in Next's order (the environment wins) and all settings. Throws `ConfigError`. */
export function loadSettings(root: string, dev: boolean): Config {
  const silent = { info: () => {}, error: console.error }
  nextEnv.loadEnvConfig(root, dev, silent)
  const config = getConfig()
  return provideConfig({ DATA_DIR: path.resolve(root, config.DATA_DIR) })
}

/** Makes what the operator did not set: the secret of sessions and, unless on the demo, a token for other programs. */
export function completeSettings(config: Config): Config {
  const made: Partial<Record<'AUTH_SECRET' | 'GATEWAY_TOKENS', string>> = {}
  if (!config.AUTH_SECRET) made.AUTH_SECRET = keepSecret(config.DATA_DIR, 'auth-secret')
  if (config.GATEWAY_TOKENS.length === 0 && upstreamOf(config).kind !== 'demo') {
    made.GATEWAY_TOKENS = keepSecret(config.DATA_DIR, TOKEN_FILE, 'tain-')
  }
  return provideConfig(made)
}
