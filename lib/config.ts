import { z } from 'zod'
import { parseClientIpHeader } from './gateway/admission/client-address.ts'
import { parseNetworks } from './gateway/admission/networks.ts'
import { parseUserAgents } from './gateway/admission/user-agents.ts'
import { danglingKey, parseKeys } from './gateway/keys/parse-keys.ts'
import { parseRate } from './gateway/limits/rate.ts'
import { parseDeniedPaths } from './gateway/target.ts'
import { type FallbackModels, parseFallbackModels } from './gateway/upstreams/fallback-models.ts'
import { parseUpstreams } from './gateway/upstreams/parse-upstreams.ts'
import {
  apiUrl,
  baseUrl,
  choice,
  duration,
  durationOrOff,
  none,
  onOrOff,
  readBy,
  secret,
  secretList,
  sizeOrOff,
  text,
  wholeNumber,
  wholeNumberOrOff,
} from './setting-kinds.ts'
import { accountSettings } from './settings/accounts.ts'
import { fileSettings, missingOfBucket } from './settings/files.ts'
import { hostingSettings, missingOnVercel } from './settings/hosting.ts'
import { keySettings } from './settings/keys.ts'
import { labelSettings } from './settings/labels.ts'
import { legalSettings } from './settings/legal.ts'
import { mailSettings, missingOfMail } from './settings/mail.ts'
import { modelSettings } from './settings/models.ts'
import { missingOfProviders, providerSettings } from './settings/providers.ts'
import { retentionSettings } from './settings/retention.ts'
import { titleSettings } from './settings/titles.ts'
import { toolSettings } from './settings/tools.ts'

/**
 * The one schema of all settings, and the only reader of the environment.
 *
 * `.env.example` and `docs/configuration.md` are generated from it (`npm run docs:config`); a test keeps them
 * equal. An empty variable counts as unset, so that `KEY=` lines of an example file do no harm.
 */

interface Meta {
  group: 'upstream' | 'site' | 'storage' | 'gateway' | 'running'
  about: string
  /** Shown in the documentation where the default is computed. */
  fallback?: string
  example?: string
  secret?: true
  /** Set by the Node host for the Next process it carries; not a setting of the operator's. */
  internal?: true
}

const setting = <T extends z.ZodType>(schema: T, meta: Meta) => ({ schema, meta })

/** Every setting, in the order of the documentation. */
export const settings = {
  OPENAI_API_KEY: setting(secret(8).optional(), {
    group: 'upstream',
    about:
      'The key of your OpenAI account (or of the compatible server named by OPENAI_BASE_URL). It stays on the server. Without it the site runs on a labelled demo upstream.',
    example: 'sk-...',
    secret: true,
  }),
  OPENAI_BASE_URL: setting(apiUrl.default('https://api.openai.com/v1'), {
    group: 'upstream',
    about:
      'The OpenAI-compatible API to talk to. A bare origin gets `/v1`. A server that needs no key (Ollama, llama.cpp) works without OPENAI_API_KEY.',
    fallback: 'https://api.openai.com/v1',
  }),
  OPENAI_API_KEYS: setting(readBy(parseKeys).default(none), {
    group: 'upstream',
    about:
      'Several keys, comma-separated, instead of OPENAI_API_KEY: `key` or `account:key`. OpenAI counts limits by project, so give keys of one project the same account name; a key without one is an account by itself. `account@upstream:key` is sent to that upstream only.',
    example: 'first:sk-...,second:sk-...',
    secret: true,
  }),
  ...keySettings,
  UPSTREAMS: setting(readBy(parseUpstreams).default(none), {
    group: 'upstream',
    about:
      'Several ways to the same API instead of OPENAI_BASE_URL, comma-separated as `name=url`; the fastest healthy one is used. Each is trusted with every key that is not bound to another, unless it has keys of its own.',
    example: 'direct=https://api.openai.com,tokyo=https://relay.example.org',
  }),
  KEY_RATE: setting(readBy(parseRate).optional(), {
    group: 'upstream',
    about:
      'How many requests an account gets, such as `3/s` or `500/m`, or `off`. Beyond it requests wait up to 10 seconds, callers taking turns.',
    fallback: '`3/s` with OPENAI_API_KEYS, `off` with a single OPENAI_API_KEY',
  }),
  FALLBACK_MODELS: setting(
    readBy(parseFallbackModels).default((): FallbackModels => new Map()),
    {
      group: 'upstream',
      about:
        'Which model answers when one is rate-limited: chains such as `large>medium>small`, comma-separated. Only for callers that ask for it with `x-tain-fallback: on`, as the chat does, and always told in `x-tain-model-served`.',
      example: 'gpt-5.4>gpt-5.4-mini',
    },
  ),
  RETRY_AMBIGUOUS: setting(onOrOff.default(false), {
    group: 'upstream',
    about:
      'Whether (`on`) a request is repeated at another upstream when the first may already have processed it: fewer errors, but an answer may be billed twice.',
    fallback: 'off',
  }),
  PROBE_INTERVAL: setting(durationOrOff.optional(), {
    group: 'upstream',
    about:
      'How often each upstream is asked for its list of models, to notice trouble before a caller does; `off` relies on the callers. Node host only.',
    fallback: 'off',
  }),
  OPENAI_API: setting(choice(['responses', 'chat']).optional(), {
    group: 'upstream',
    about: 'Which API the chat uses: `responses` or `chat` (chat completions).',
    fallback: '`responses` for OpenAI itself and the demo, `chat` otherwise',
  }),
  OPENAI_MODEL: setting(text(1, 200).optional(), {
    group: 'upstream',
    about: 'The model of the chat for those who choose none.',
    fallback:
      'the first of MODELS; without it `gpt-5.4-mini` for OpenAI itself, the demo’s own for the demo, otherwise the first model that the upstream lists',
  }),
  ...modelSettings,
  ...titleSettings,
  ...toolSettings,
  UPSTREAM_IDLE_TIMEOUT: setting(duration.default(600_000), {
    group: 'upstream',
    about: 'How long an upstream may stay silent, before its answer begins or between two chunks.',
    fallback: '10m',
  }),

  SITE_NAME: setting(text(1, 40).default('Tain'), {
    group: 'site',
    about: 'The name shown to people. The notice that the service is unofficial is shown whatever the name.',
    fallback: 'Tain',
  }),
  ...labelSettings,
  SITE_URL: setting(baseUrl.optional(), {
    group: 'site',
    about:
      'The public address of the site, for example https://chat.example.org. With https, session cookies are marked secure.',
    fallback: 'taken from each request',
  }),
  OPERATOR_CONTACT: setting(text(3, 200).optional(), {
    group: 'site',
    about: 'Who runs this site and how to reach them; shown on the terms and privacy pages.',
    example: 'Example Ltd, help@example.org',
  }),
  ...legalSettings,

  DATA_DIR: setting(z.string().min(1).default('data'), {
    group: 'storage',
    about: 'Where the embedded database and generated secrets are kept.',
    fallback: 'data',
  }),
  DATABASE_URL: setting(
    z
      .string()
      .refine((text) => URL.canParse(text) && /^postgres(ql)?:\/\//.test(text), {
        error: 'must be a postgres:// URL',
      })
      .optional(),
    {
      group: 'storage',
      about: 'A PostgreSQL database to use instead of the embedded SQLite file.',
      fallback: 'the file tain.db in DATA_DIR',
      example: 'postgres://user:password@host:5432/tain',
      secret: true,
    },
  ),
  AUTH_SECRET: setting(secret(32).optional(), {
    group: 'storage',
    about: 'Signs sessions and the short-lived tokens between chat and gateway. Instances share one.',
    fallback: 'made at the first start and kept in DATA_DIR',
    secret: true,
  }),

  ...fileSettings,

  ...retentionSettings,

  ...accountSettings,

  ...providerSettings,

  ...mailSettings,

  GATEWAY_TOKENS: setting(secretList(20).default([]), {
    group: 'gateway',
    about: 'Tokens with which other programs may use `/v1`, comma-separated.',
    fallback: 'one is made at the first start and kept in DATA_DIR/gateway-token',
    example: 'tain-...',
    secret: true,
  }),
  GATEWAY_URL: setting(apiUrl.optional(), {
    group: 'gateway',
    about: 'The gateway the chat uses, when it is not the one of this site.',
    fallback: "this site's own /v1",
  }),

  ADDRESS_RATE: setting(readBy(parseRate).prefault('60/m'), {
    group: 'gateway',
    about:
      'How many requests to `/v1` one address (of IPv6, one /64) may send without a valid token, such as 60/m, 3/s or 500/h; `off` for any number.',
    fallback: '60/m',
  }),
  ADDRESS_BURST: setting(wholeNumberOrOff(0, 10_000).prefault('20'), {
    group: 'gateway',
    about:
      'How many requests beyond ADDRESS_RATE are served at once before the rate is enforced, as `burst` with `nodelay` in nginx; `off` for none.',
    fallback: '20',
  }),
  CALLER_RATE: setting(readBy(parseRate).prefault('off'), {
    group: 'gateway',
    about: 'How many requests to `/v1` each token may send, such as 600/m; `off` for any number.',
    fallback: 'off',
  }),
  CALLER_BURST: setting(wholeNumberOrOff(0, 10_000).prefault('20'), {
    group: 'gateway',
    about: 'As ADDRESS_BURST, for CALLER_RATE.',
    fallback: '20',
  }),
  CALLER_STREAMS: setting(wholeNumberOrOff(1, 100_000).prefault('100'), {
    group: 'gateway',
    about:
      'How many requests one token (or one address without a token) may have running at a time; `off` for any number.',
    fallback: '100',
  }),
  REDIS_URL: setting(
    z
      .string()
      .refine((text) => text === 'off' || (URL.canParse(text) && /^rediss?:\/\//.test(text)), {
        error: 'must be a redis:// or rediss:// URL, or off',
      })
      .transform((text) => (text === 'off' ? undefined : text))
      .optional(),
    {
      group: 'gateway',
      about:
        'A Redis in which several instances count limits together, and, with PostgreSQL, tell one another of running answers word by word. While it is away each keeps to its share of the limits, and answers are read from the database.',
      fallback: 'off: limits are counted in the memory of this process',
      example: 'redis://user:password@host:6379/0',
      secret: true,
    },
  ),
  INSTANCES: setting(wholeNumberOrOff(1, 1000).prefault('off'), {
    group: 'gateway',
    about: 'Into how many shares limits are divided while REDIS_URL is away.',
    fallback: 'off: as many as were last seen there',
  }),
  TRUSTED_PROXIES: setting(readBy(parseNetworks).prefault('off'), {
    group: 'gateway',
    about:
      'The proxies in front of this site, as addresses or ranges such as 10.0.0.0/8, whose CLIENT_IP_HEADER is believed; `all` believes everybody and is only for hosts that nobody reaches directly, `off` nobody.',
    fallback: "off: the address is the socket's",
    example: '10.0.0.0/8, 2001:db8::/32',
  }),
  CLIENT_IP_HEADER: setting(readBy(parseClientIpHeader).prefault('x-forwarded-for'), {
    group: 'gateway',
    about:
      "The one header in which TRUSTED_PROXIES say who called, such as X-Forwarded-For, X-Real-IP or CF-Connecting-IP; of a list, the last address that is not a proxy's counts.",
    fallback: 'X-Forwarded-For',
  }),
  ALLOW_NETWORKS: setting(readBy(parseNetworks).prefault('off'), {
    group: 'gateway',
    about: 'Only these addresses or ranges may use `/v1`, with or without a token; `off` lets everybody in.',
    fallback: 'off',
    example: '192.0.2.0/24, 2001:db8::/32',
  }),
  DENY_NETWORKS: setting(readBy(parseNetworks).prefault('off'), {
    group: 'gateway',
    about:
      'These addresses or ranges may not use `/v1`, even if ALLOW_NETWORKS has them; `off` denies nobody.',
    fallback: 'off',
    example: '198.51.100.0/24',
  }),
  DENY_USER_AGENTS: setting(readBy(parseUserAgents).prefault('default'), {
    group: 'gateway',
    about:
      'Words that keep a program out of `/v1` when its user agent contains one and it shows no valid token, comma-separated; `default` stands for Scrapy, curl, HttpClient and well-known scanners, `off` keeps nobody out.',
    fallback: 'default',
    example: 'default, MyCrawler',
  }),
  DENY_PATHS: setting(readBy(parseDeniedPaths).default(none), {
    group: 'gateway',
    about:
      'Paths below `/v1` that are not relayed, with everything below them, comma-separated. `/v1/organization` and `/v1/projects` never are.',
    example: '/v1/fine_tuning, /v1/files',
  }),
  MAX_BODY_BYTES: setting(sizeOrOff.prefault('512MB'), {
    group: 'gateway',
    about: 'The largest request body that is relayed, such as 512MB; `off` for any size.',
    fallback: '512MB',
  }),
  BYOK: setting(onOrOff.default(false), {
    group: 'gateway',
    about:
      "Whether (`on`) callers may bring their own upstream key in place of one of this site's tokens. It is passed on, and never stored or logged.",
    fallback: 'off',
  }),
  RELAY_SECRET: setting(secret(20).optional(), {
    group: 'gateway',
    about:
      'Makes a site without keys a relay: it serves only requests that carry this secret in `x-tain-relay-secret`, and passes their own key on. A site with keys sends it to its upstreams, except OpenAI.',
    secret: true,
  }),
  OPERATOR_TOKEN: setting(secret(32).optional(), {
    group: 'gateway',
    about: 'Shows the state of upstreams and keys at `/gateway/status`, sent as `Authorization: Bearer`.',
    fallback: 'not set: the page does not exist',
    secret: true,
  }),

  PORT: setting(wholeNumber(0, 65_535).default(3000), {
    group: 'running',
    about: 'The port the site listens on.',
    fallback: '3000',
  }),
  HOST: setting(z.string().min(1).default('127.0.0.1'), {
    group: 'running',
    about: 'The address the site listens on. `0.0.0.0` opens it to your network.',
    fallback: '127.0.0.1',
  }),
  ...hostingSettings,
  DRAIN_TIMEOUT: setting(duration.default(30_000), {
    group: 'running',
    about: 'How long running answers may take to finish after SIGTERM.',
    fallback: '30s',
  }),
  LOG_LEVEL: setting(choice(['info', 'warn', 'error', 'silent']).default('info'), {
    group: 'running',
    about: 'Which structured log lines are written.',
    fallback: 'info',
  }),
  TAIN_DEMO_URL: setting(apiUrl.optional(), {
    group: 'running',
    about: 'Where the built-in demo upstream listens.',
    internal: true,
  }),
  VERCEL_URL: setting(z.string().optional(), {
    group: 'running',
    about: 'The host name of the deployment on Vercel.',
    internal: true,
  }),
} as const

export type SettingName = keyof typeof settings
export type Config = { [K in SettingName]: z.output<(typeof settings)[K]['schema']> }

/** A setting has a wrong value. The message is one sentence that names it and never contains the value of a secret. */
export class ConfigError extends Error {
  readonly setting: SettingName
  constructor(setting: SettingName, message: string) {
    super(message)
    this.name = 'ConfigError'
    this.setting = setting
  }
}

type Environment = Record<string, string | undefined>

/** Reads all settings from `env`. Throws {@link ConfigError} for the first wrong one. */
export function parseConfig(env: Environment): Config {
  const config: Record<string, unknown> = {}
  for (const [name, { schema }] of Object.entries(settings)) {
    const raw = env[name]?.trim()
    const result = (schema as z.ZodType).safeParse(raw === '' ? undefined : raw)
    if (!result.success) {
      throw new ConfigError(
        name as SettingName,
        `${name} ${result.error.issues[0]?.message ?? 'is not valid'}.`,
      )
    }
    config[name] = result.data
  }
  const read = config as Config // every setting's schema was applied
  requireUpstreamsOfKeys(read)
  const lacking = missingOfBucket(read)
  if (lacking) throw new ConfigError(lacking, `${lacking} must be set with S3_BUCKET_URL.`)
  const unsent = missingOfMail(read)
  if (unsent) throw new ConfigError(unsent, `${unsent} must be set with SMTP_URL.`)
  const missing = missingOfProviders(read)
  if (missing) throw new ConfigError(missing.lacking, `${missing.lacking} must be set with ${missing.by}.`)
  return read
}

/** A key that is bound to an upstream which does not exist would never be used, which nobody means. */
function requireUpstreamsOfKeys({ OPENAI_API_KEYS: keys, UPSTREAMS }: Config): void {
  const place = danglingKey(
    keys,
    UPSTREAMS.map(({ name }) => name),
  )
  if (place === undefined) return
  throw new ConfigError(
    'OPENAI_API_KEYS',
    `OPENAI_API_KEYS must name upstreams of UPSTREAMS only; in item ${place} is another.`,
  )
}

let current: Config | undefined

/** The settings of this process, read once. Throws {@link ConfigError}. */
export function getConfig(): Config {
  current ??= readEnvironment()
  return current
}

function readEnvironment(): Config {
  // Libraries look at some of these names themselves (the AI SDK at OPENAI_BASE_URL) and take empty for set.
  for (const name of Object.keys(settings)) if (process.env[name]?.trim() === '') delete process.env[name]
  const config = parseConfig(process.env)
  const lacking = missingOnVercel(config)
  if (lacking)
    throw new ConfigError(lacking, `${lacking} must be set at Vercel, where nothing stays on a disk.`)
  return config
}

/**
 * Fills in what the host decided (a generated secret, the demo's address), for this module and for the copies of it
 * inside Next's bundles, which read the same environment.
 */
export function provideConfig(values: Partial<Record<SettingName, string>>): Config {
  Object.assign(process.env, values)
  current = undefined
  return getConfig()
}
