import { z } from 'zod'
import { danglingKey, parseKeys } from './gateway/keys/parse-keys.ts'
import { parseRate } from './gateway/limits/rate.ts'
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
  text,
  wholeNumber,
} from './setting-kinds.ts'
import { accountSettings } from './settings/accounts.ts'
import { fileSettings, missingOfBucket } from './settings/files.ts'
import { gatewaySettings } from './settings/gateway.ts'
import { hostingSettings, missingOnVercel } from './settings/hosting.ts'
import { keySettings } from './settings/keys.ts'
import { labelSettings } from './settings/labels.ts'
import { legalSettings } from './settings/legal.ts'
import { mailSettings, missingOfMail } from './settings/mail.ts'
import { modelSettings } from './settings/models.ts'
import { missingOfProviders, providerSettings } from './settings/providers.ts'
import { retentionSettings } from './settings/retention.ts'
import { setting } from './settings/setting.ts'
import { titleSettings } from './settings/titles.ts'
import { toolSettings } from './settings/tools.ts'

/**
 * The one schema of all settings, and the only reader of the environment.
 *
 * `.env.example` and `docs/configuration.md` are generated from it (`npm run docs:config`); a test keeps them
 * equal. An empty variable counts as unset, so that `KEY=` lines of an example file do no harm.
 */

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

  ...gatewaySettings,

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
