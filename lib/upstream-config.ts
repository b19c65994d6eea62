import type { HostedTool } from './chat/hosted-tools.ts'
import type { Config } from './config.ts'
import { type KeySetting, maskKey } from './gateway/keys/parse-keys.ts'

const isOpenAI = (url: string) => new URL(url).hostname === 'api.openai.com'

/** All keys of the site, whichever setting they stand in. */
export function keysOf({ OPENAI_API_KEY: key, OPENAI_API_KEYS: keys }: Config): readonly KeySetting[] {
  if (key === undefined || keys.some(({ secret }) => secret === key)) return keys
  const masked = maskKey(key)
  const account = keys.some((other) => other.account === masked) ? `${masked}~` : masked
  return [...keys, { account, secret: key }]
}

/** Without keys of its own the gateway passes on those of its callers. */
export const forwardsKeys = (config: Config) => config.BYOK || config.RELAY_SECRET !== undefined

/**
 * The upstream this site talks to; of several, the first stands for all. `url` is undefined when there is neither a key
 * nor a demo in this process. OpenAI itself has a `key`, or gets those of the callers.
 */
export function upstreamOf(config: Config): {
  kind: 'openai' | 'compatible' | 'demo'
  url?: string
  key?: string
} {
  const urls = config.UPSTREAMS.map(({ origin, basePath }) => origin + basePath)
  const url = urls[0] ?? config.OPENAI_BASE_URL
  const key = keysOf(config)[0]?.secret
  if (![url, ...urls].some(isOpenAI)) return { kind: 'compatible', url, key }
  if (key || forwardsKeys(config) || urls.length > 0) return { kind: 'openai', url, key }
  return { kind: 'demo', url: config.TAIN_DEMO_URL }
}

/** The API the chat speaks: what the operator chose, else Responses for OpenAI itself and the demo, and chat completions otherwise. */
export function chatApiOf(config: Config): 'responses' | 'chat' {
  return config.OPENAI_API ?? (upstreamOf(config).kind === 'compatible' ? 'chat' : 'responses')
}

/** The tools of OpenAI's own that a conversation may have. */
export const chatToolsOf = (config: Config): readonly HostedTool[] =>
  chatApiOf(config) === 'responses' ? config.CHAT_TOOLS : []

/** The model of whoever chooses none; undefined means the first one that the upstream lists. */
export function chatModelOf(config: Config): string | undefined {
  const presets = { openai: 'gpt-5.4-mini', demo: 'tain-demo', compatible: undefined }
  return config.OPENAI_MODEL ?? config.MODELS?.named[0]?.id ?? presets[upstreamOf(config).kind]
}

/** The model that names conversations; undefined means that none does. */
export function titleModelOf(config: Config): string | undefined {
  if (config.TITLE_MODEL === 'off') return undefined
  const presets = { openai: 'gpt-5.4-nano', demo: 'tain-demo', compatible: undefined }
  return config.TITLE_MODEL ?? presets[upstreamOf(config).kind]
}

/** The base URL (ending in `/v1`) of the gateway that the chat backend uses. */
export function gatewayUrlOf(config: Config): string {
  if (config.GATEWAY_URL) return config.GATEWAY_URL
  // A deployment's own address is shut to strangers at Vercel, the site included; its public one is not.
  if (config.VERCEL_URL) return `${config.SITE_URL ?? `https://${config.VERCEL_URL}`}/v1`
  const host = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(config.HOST) ? '127.0.0.1' : config.HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.PORT}/v1`
}
