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
import { log } from '#lib/log.ts'
import { type KeyKeeper, keepKeys } from '#lib/secrets/key-keeper.ts'
import { KeySourceError } from '#lib/secrets/key-source.ts'
import { openKeySource } from '#lib/secrets/open-key-source.ts'
import { upstreamOf } from '#lib/upstream-config.ts'
import { keepSecret } from './host-secrets.ts'

/** The file, below DATA_DIR, with the token that other programs use on `/v1` when the operator set none. */
export const TOKEN_FILE = 'gateway-token'

const silent = { info: () => {}, error: console.error }

/** Reads `.env` files in Next's order (the environment wins) and all settings. Throws `ConfigError`. */
export function loadSettings(root: string, dev: boolean): Config {
  nextEnv.loadEnvConfig(root, dev, silent)
  return provideConfig({ DATA_DIR: path.resolve(root, getConfig().DATA_DIR) })
}

/**
 * The settings as the `.env` files have them now; the environment that the process was started with still wins, and the
 * keys of a source take the place of OPENAI_API_KEYS. Nothing of this process changes. Throws `ConfigError`.
 */
export function rereadSettings(root: string, dev: boolean, sourceKeys?: string): Config {
  const before = { ...process.env }
  try {
    nextEnv.loadEnvConfig(root, dev, silent, true)
    return parseConfig({ ...process.env, ...(sourceKeys !== undefined && { OPENAI_API_KEYS: sourceKeys }) })
  } finally {
    // The loader put back the environment of the start, without what the host has filled in since.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

/**
 * Opens the source that KEYS_FROM names and takes its keys for OPENAI_API_KEYS; undefined when keys stand in the
 * environment. Throws `ConfigError` when they cannot be read: a site without its keys would answer from the demo.
 */
export async function openKeys(root: string, config: Config): Promise<KeyKeeper | undefined> {
  const source = openKeySource(root, config)
  if (!source) return undefined
  try {
    const keeper = await keepKeys(source, log)
    provideConfig({ OPENAI_API_KEYS: keeper.keys })
    return keeper
  } catch (error) {
    source.close?.()
    if (!(error instanceof KeySourceError)) throw error
    throw new ConfigError('KEYS_FROM', `KEYS_FROM ${error.message}.`)
  }
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
