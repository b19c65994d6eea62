import { randomBytes } from 'node:crypto'
import path from 'node:path'
import nextEnv from '@next/env'
import {
  type Config,
  ConfigError,
  getConfig,
  parseConfig,
  provideConfig,
  type SettingName,
} from '#lib/config.ts'
import { readKeyFile } from '#lib/secrets/key-file.ts'
import { upstreamOf } from '#lib/upstream-config.ts'
import { keepSecret } from './host-secrets.ts'

/** The file, below DATA_DIR, with the token that other programs use on `/v1` when the operator set none. */
export const TOKEN_FILE = 'gateway-token'

const silent = { info: () => {}, error: console.error }

/** Reads `.env` files in Next's order (the environment wins) and all settings. Throws `ConfigError`. */
export function loadSettings(root: string, dev: boolean): Config {
  nextEnv.loadEnvConfig(root, dev, silent)
  const config = getConfig()
  return provideConfig({
    DATA_DIR: path.resolve(root, config.DATA_DIR),
    ...keysFromSource(root, config),
  })
}

/**
 * The settings as the `.env` files have them now; the environment that the process was started with still wins. Nothing
 * of this process changes. Throws `ConfigError`.
 */
export function rereadSettings(root: string, dev: boolean): Config {
  const before = { ...process.env }
  try {
    nextEnv.loadEnvConfig(root, dev, silent, true)
    return parseConfig({ ...process.env, ...keysFromSource(root, parseConfig(process.env)) })
  } finally {
    // The loader put back the environment of the start, without what the host has filled in since.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

/** The file that KEYS_FROM names, if it names one. */
export const keyFileOf = (root: string, { KEYS_FROM }: Config) =>
  KEYS_FROM && path.resolve(root, KEYS_FROM.file)

/** What a source has takes the place of OPENAI_API_KEYS. Throws `ConfigError` when it cannot be read or is empty. */
function keysFromSource(root: string, config: Config): { OPENAI_API_KEYS?: string } {
  const file = keyFileOf(root, config)
  if (!file) return {}
  let keys: string
  try {
    keys = readKeyFile(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    throw new ConfigError('KEYS_FROM', `KEYS_FROM names a file that cannot be read (${code}).`)
  }
  if (keys === '') throw new ConfigError('KEYS_FROM', 'KEYS_FROM names a file without keys.')
  return { OPENAI_API_KEYS: keys }
}

/**
 * Makes what the operator did not set: the secret of sessions, the code that makes an owner and, unless on the demo, a
 * token for other programs.
 */
export function completeSettings(config: Config): Config {
  const made: Partial<Record<SettingName, string>> = { TAIN_HOST_MARK: randomBytes(24).toString('hex') }
  if (!config.OWNER_CODE) made.OWNER_CODE = randomBytes(15).toString('hex')
  if (!config.AUTH_SECRET) made.AUTH_SECRET = keepSecret(config.DATA_DIR, 'auth-secret')
  if (config.GATEWAY_TOKENS.length === 0 && upstreamOf(config).kind !== 'demo') {
    made.GATEWAY_TOKENS = keepSecret(config.DATA_DIR, TOKEN_FILE, 'tain-')
  }
  return provideConfig(made)
}
