import { z } from 'zod'
import { DEFAULT_DENIED_USER_AGENTS } from '#lib/gateway/admission/user-agents.ts'
import {
  accessLog,
  burst,
  duration,
  file,
  fillTemplate,
  geoLines,
  isLoopback,
  limitLines,
  listen,
  listenLines,
  networks,
  printRendered,
  rate,
  readSettings,
  requireTls,
  retryAfterS,
  serverName,
  size,
  zoneRate,
} from './settings.ts'

/**
 * Fills deploy/nginx/relay.conf.
 *
 *   node --env-file=relay.env deploy/nginx/render.ts > tain-relay.conf
 */

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

const schema = z
  .object({
    /** Callers show it in `x-tain-relay-secret`. Lower case, because nginx's maps do not tell cases apart. */
    RELAY_SECRET: z
      .string({ error: 'must be set; make one with: openssl rand -hex 32' })
      .regex(/^[a-z0-9_-]{32,128}$/, 'must be 32 to 128 lower-case letters, digits, - and _'),
    UPSTREAM: upstream.prefault('https://api.openai.com'),
    /** What the upstream's certificate is checked against. */
    CA_FILE: file.default('/etc/ssl/certs/ca-certificates.crt'),
    LISTEN: listen.prefault('443,[::]:443'),
    SERVER_NAME: serverName.default('_'),
    TLS_CERTIFICATE: file.optional(),
    TLS_KEY: file.optional(),
    ADDRESS_RATE: rate.default('60/m'),
    ADDRESS_BURST: burst.default('20'),
    /** Networks without that limit: those of your own gateways. */
    UNLIMITED_FROM: networks.default([]),
    MAX_BODY: size.default('512m'),
    UPSTREAM_IDLE_TIMEOUT: duration.default('10m'),
    ACCESS_LOG: accessLog.default('/var/log/nginx/tain-relay.log'),
  })
  .superRefine((settings, ctx) => requireTls(settings, ctx, 'keys travel here'))

/** The relay's configuration for these settings. Throws an Error of one sentence that names the wrong setting. */
export function renderRelay(env: Record<string, string | undefined>): string {
  const settings = readSettings(schema, env)
  const { UPSTREAM: url, ADDRESS_RATE: limit } = settings
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return fillTemplate('relay.conf', {
    RELAY_SECRET: settings.RELAY_SECRET,
    SCANNERS: DEFAULT_DENIED_USER_AGENTS.join('|'),
    UPSTREAM_SCHEME: url.protocol.slice(0, -1),
    UPSTREAM_ADDRESS: `${url.hostname}:${port}`,
    UPSTREAM_HOST: url.host,
    UPSTREAM_NAME: url.hostname.replace(/^\[|\]$/g, ''),
    CA_FILE: settings.CA_FILE,
    LISTEN: listenLines(settings, 'tain_relay_tls'),
    SERVER_NAME: settings.SERVER_NAME,
    RATE: zoneRate(limit),
    LIMIT: limitLines('tain_relay', limit, settings.ADDRESS_BURST),
    RETRY_AFTER_S: String(retryAfterS(limit)),
    UNLIMITED: geoLines(settings.UNLIMITED_FROM),
    MAX_BODY: settings.MAX_BODY,
    IDLE_TIMEOUT: settings.UPSTREAM_IDLE_TIMEOUT,
    ACCESS_LOG: settings.ACCESS_LOG === 'off' ? 'off' : `${settings.ACCESS_LOG} tain_relay`,
  })
}

if (import.meta.main) printRendered(renderRelay)
