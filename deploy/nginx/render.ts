import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { DEFAULT_DENIED_USER_AGENTS } from '#lib/gateway/admission/user-agents.ts'

/**
 * Fills deploy/nginx/relay.conf. A relay is a program of its own on a machine of its own, so its few settings are
 * here and not in lib/config.ts. Each value is of a form that can mean nothing but itself inside nginx's language.
 *
 *   node --env-file=relay.env deploy/nginx/render.ts > tain-relay.conf
 */

const file = z.string().regex(/^\/[\w./+-]+$/, 'must be an absolute path of letters, digits and . _ + -')
const isLoopback = (host: string) => /^(?:127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/.test(host)

const upstream = z.string().transform((text, ctx) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url && !url.username && !url.search && !url.hash && /^\/(?:v1\/?)?$/.test(url.pathname)
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    ctx.addIssue({ code: 'custom', message: 'must be an https:// origin; its API is at /v1' })
    return z.NEVER
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    ctx.addIssue({
      code: 'custom',
      message: 'must be https:// unless it is on this machine: keys travel there',
    })
    return z.NEVER
  }
  return url
})

const listOf = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))

const schema = z
  .object({
    /** Callers show it in `x-tain-relay-secret`. Lower case, because nginx's maps do not tell cases apart. */
    RELAY_SECRET: z
      .string({ error: 'must be set; make one with: openssl rand -hex 32' })
      .regex(/^[a-z0-9_-]{32,128}$/, 'must be 32 to 128 lower-case letters, digits, - and _'),
    UPSTREAM: upstream.prefault('https://api.openai.com'),
    /** What the upstream's certificate is checked against. */
    CA_FILE: file.default('/etc/ssl/certs/ca-certificates.crt'),
    LISTEN: listOf(
      z
        .string()
        .regex(/^(?:(?:[\w.-]+|\[[\da-f:]+\]):)?\d{1,5}$/i, 'must be a list of ports or address:port'),
    ).prefault('443,[::]:443'),
    SERVER_NAME: z
      .string()
      .regex(/^(?:_|[a-z\d][a-z\d.-]*)$/i, 'must be a host name')
      .default('_'),
    TLS_CERTIFICATE: file.optional(),
    TLS_KEY: file.optional(),
    /** Requests of one address; `60/m`, `3/s` or `off`. */
    ADDRESS_RATE: z
      .string()
      .regex(/^(?:[1-9]\d{0,5}\/[sm]|off)$/, 'must be such as 60/m, 3/s or off')
      .default('60/m'),
    ADDRESS_BURST: z
      .string()
      .regex(/^\d{1,6}$/, 'must be a whole number')
      .default('20'),
    /** Networks without that limit: those of your own gateways. */
    UNLIMITED_FROM: listOf(
      z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'must be a list of networks'),
    ).default([]),
    MAX_BODY: z
      .string()
      .regex(/^\d{1,9}[kmg]?$/, 'must be such as 512m')
      .default('512m'),
    UPSTREAM_IDLE_TIMEOUT: z
      .string()
      .regex(/^\d{1,6}(?:ms|s|m|h)$/, 'must be such as 10m')
      .default('10m'),
    ACCESS_LOG: z
      .union([z.literal('off'), file], 'must be an absolute path or off')
      .default('/var/log/nginx/tain-relay.log'),
  })
  .superRefine(({ LISTEN, TLS_CERTIFICATE, TLS_KEY }, ctx) => {
    const fail = (name: string, message: string) => ctx.addIssue({ code: 'custom', path: [name], message })
    if (!TLS_CERTIFICATE !== !TLS_KEY) fail('TLS_KEY', 'and TLS_CERTIFICATE must be set together')
    const isLocal = LISTEN.every((at) => at.includes(':') && isLoopback(at.replace(/:\d+$/, '')))
    if (!TLS_CERTIFICATE && !isLocal) {
      fail(
        'TLS_CERTIFICATE',
        'must be set unless LISTEN names addresses of this machine only: keys travel here',
      )
    }
  })

type Settings = z.output<typeof schema>

/**
 * The configuration for these settings; an empty variable counts as unset. Throws an Error of one sentence, which
 * names the wrong setting and never its value.
 */
export function renderRelay(env: Record<string, string | undefined>): string {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const result = schema.safeParse(given)
  if (!result.success) {
    const [issue] = result.error.issues
    throw new Error(`${String(issue?.path[0])} ${issue?.message}.`)
  }
  const values = valuesOf(result.data)
  const template = readFileSync(path.join(import.meta.dirname, 'relay.conf'), 'utf8')
  return template.replace(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`The template asks for ${name}, which nobody knows.`)
    return value
  })
}

function valuesOf(settings: Settings): Record<string, string> {
  const { UPSTREAM: url, ADDRESS_RATE: rate } = settings
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return {
    RELAY_SECRET: settings.RELAY_SECRET,
    SCANNERS: DEFAULT_DENIED_USER_AGENTS.join('|'),
    UPSTREAM_SCHEME: url.protocol.slice(0, -1),
    UPSTREAM_ADDRESS: `${url.hostname}:${port}`,
    UPSTREAM_HOST: url.host,
    UPSTREAM_NAME: url.hostname.replace(/^\[|\]$/g, ''),
    CA_FILE: settings.CA_FILE,
    LISTEN: listenLines(settings),
    SERVER_NAME: settings.SERVER_NAME,
    // nginx wants a zone even where nobody is limited.
    RATE: rate === 'off' ? '1r/s' : rate.replace('/', 'r/'),
    LIMIT: rate === 'off' ? '        # Nobody is limited (ADDRESS_RATE=off).' : limitLines(settings),
    RETRY_AFTER_S: String(retryAfterS(rate)),
    UNLIMITED: settings.UNLIMITED_FROM.map((network) => `    ${network} 1;`).join('\n'),
    MAX_BODY: settings.MAX_BODY,
    IDLE_TIMEOUT: settings.UPSTREAM_IDLE_TIMEOUT,
    ACCESS_LOG: settings.ACCESS_LOG === 'off' ? 'off' : `${settings.ACCESS_LOG} tain_relay`,
  }
}

/** `listen … http2` is understood by every version; from 1.25.1 nginx prefers another spelling and says so. */
function listenLines({ LISTEN, TLS_CERTIFICATE, TLS_KEY }: Settings): string {
  if (!TLS_CERTIFICATE) return LISTEN.map((at) => `    listen ${at};`).join('\n')
  return `${LISTEN.map((at) => `    listen ${at} ssl http2;`).join('\n')}
    ssl_certificate ${TLS_CERTIFICATE};
    ssl_certificate_key ${TLS_KEY};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
    ssl_prefer_server_ciphers off;
    ssl_session_cache shared:tain_relay_tls:10m;
    ssl_session_timeout 1d;
    ssl_session_tickets off;`
}

function limitLines({ ADDRESS_BURST }: Settings): string {
  const burst = ADDRESS_BURST === '0' ? '' : ` burst=${ADDRESS_BURST} nodelay`
  return `        limit_req zone=tain_relay${burst};
        limit_req_status 429;`
}

/** When one more request is allowed, at the latest: the time in which the rate gives one back. */
function retryAfterS(rate: string): number {
  const [count, unit] = rate.split('/')
  return unit === 'm' ? Math.ceil(60 / Number(count)) : 1
}

if (import.meta.main) {
  try {
    process.stdout.write(renderRelay(process.env))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
