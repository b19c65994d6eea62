import { z } from 'zod'

/**
 * The one schema of all settings, and the only reader of the environment.
 *
 * `.env.example` and `docs/configuration.md` are generated from it (`npm run docs:config`); a test keeps them
 * equal. An empty variable counts as unset, so that `KEY=` lines of an example file do no harm.
 */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `10m`, `1h`, `250ms` as milliseconds. */
const duration = z.string().transform((text, ctx) => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]]
  if (!match || unit === undefined) {
    ctx.addIssue({ code: 'custom', message: 'must be a number with a unit, such as 30s, 10m or 1h' })
    return z.NEVER
  }
  return Number(match[1]) * unit
})

const text = (min: number, max: number) =>
  z.string().refine((value) => value.length >= min && value.length <= max, {
    error: `must be ${min} to ${max} characters long`,
  })

const wholeNumber = (min: number, max: number) =>
  z.string().transform((text, ctx) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max)) {
      ctx.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}` })
      return z.NEVER
    }
    return value
  })

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

/** An http(s) URL without a trailing slash. Credentials, query and fragment are refused: they would be lost or leaked. */
const baseUrl = z.string().transform((text, ctx) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url && !url.username && !url.password && !url.search && !url.hash
  if (!plain || !/^https?:$/.test(url.protocol)) {
    ctx.addIssue({
      code: 'custom',
      message: 'must be an http:// or https:// URL without user name, query or fragment',
    })
    return z.NEVER
  }
  return url.href.replace(/\/+$/, '')
})

/** As `baseUrl`; an origin alone gets `/v1`, which is where OpenAI-compatible servers have their API. */
const apiUrl = baseUrl.transform((url) => (new URL(url).pathname === '/' ? `${url}/v1` : url))

const secret = (minBytes: number) =>
  z.string().refine((text) => /^[\x21-\x7e]+$/.test(text) && text.length >= minBytes, {
    error: `must be at least ${minBytes} visible ASCII characters without spaces`,
  })

const secretList = (minBytes: number) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every((item) => secret(minBytes).safeParse(item).success), {
      error: `must be a comma-separated list, each at least ${minBytes} visible ASCII characters`,
    })

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
  OPENAI_API: setting(choice(['responses', 'chat']).optional(), {
    group: 'upstream',
    about: 'Which API the chat uses: `responses` or `chat` (chat completions).',
    fallback: '`responses` for OpenAI itself, `chat` otherwise',
  }),
  OPENAI_MODEL: setting(text(1, 200).optional(), {
    group: 'upstream',
    about: 'The model of the chat.',
    fallback: '`gpt-5.4-mini` for OpenAI itself, otherwise the first model that the upstream lists',
  }),
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

  PORT: setting(wholeNumber(0, 65_535).default(3000), {
    group: 'running',
    about: 'The port the site listens on.',
    fallback: '3000',
  }),
  HOST: setting(z.string().min(1).default('127.0.0.1'), {
    group: 'running',
    about:
      'The address the site listens on. `0.0.0.0` opens it to your network; everyone who can reach the page can then chat on your key.',
    fallback: '127.0.0.1',
  }),
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
  return config as Config
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
  return parseConfig(process.env)
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

const isOpenAI = (config: Config) => new URL(config.OPENAI_BASE_URL).hostname === 'api.openai.com'

/** The upstream this site talks to. `url` is undefined when there is neither a key nor a demo in this process. */
export function upstreamOf(config: Config): {
  kind: 'openai' | 'compatible' | 'demo'
  url?: string
  key?: string
} {
  if (!isOpenAI(config)) {
    return { kind: 'compatible', url: config.OPENAI_BASE_URL, key: config.OPENAI_API_KEY }
  }
  if (config.OPENAI_API_KEY)
    return { kind: 'openai', url: config.OPENAI_BASE_URL, key: config.OPENAI_API_KEY }
  return { kind: 'demo', url: config.TAIN_DEMO_URL }
}

/** The API the chat speaks: what the operator chose, else Responses for OpenAI itself and chat completions otherwise. */
export function chatApiOf(config: Config): 'responses' | 'chat' {
  return config.OPENAI_API ?? (upstreamOf(config).kind === 'openai' ? 'responses' : 'chat')
}

/** The model the chat asks for; undefined means the first one that the upstream lists. */
export function chatModelOf(config: Config): string | undefined {
  return config.OPENAI_MODEL ?? (upstreamOf(config).kind === 'openai' ? 'gpt-5.4-mini' : undefined)
}

/** The base URL (ending in `/v1`) of the gateway that the chat backend uses. */
export function gatewayUrlOf(config: Config): string {
  if (config.GATEWAY_URL) return config.GATEWAY_URL
  if (config.VERCEL_URL) return `https://${config.VERCEL_URL}/v1`
  const host = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(config.HOST) ? '127.0.0.1' : config.HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.PORT}/v1`
}
