import { z } from 'zod'
import { DEFAULT_DENIED_USER_AGENTS } from '#lib/gateway/admission/user-agents.ts'
import {
  accessLog,
  burst,
  duration,
  file,
  fillTemplate,
  geoLines,
  limitLines,
  listen,
  listenLines,
  listOf,
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
import { pageAway, pageSilent } from './site-pages.ts'

/**
 * Fills deploy/nginx/site.conf.
 *
 *   node --env-file=front.env deploy/nginx/render-site.ts > tain-site.conf
 */

const HEADERS = ['CF-Connecting-IP', 'X-Real-IP', 'X-Forwarded-For', 'True-Client-IP'] as const

const schema = z
  .object({
    /** Where the instances of the site listen. */
    SITES: listOf(
      z.string().regex(/^(?:[a-z\d][\w.-]*|\[[\da-f:]+\]):\d{1,5}$/i, 'must be a list of address:port'),
    ).prefault('127.0.0.1:3000'),
    LISTEN: listen.prefault('443,[::]:443'),
    /** Where plain http is listened on, only to say where the site is; `off` for nowhere. */
    REDIRECT_FROM: z.union([z.literal('off'), listen]).prefault('80,[::]:80'),
    SERVER_NAME: serverName.default('_'),
    TLS_CERTIFICATE: file.optional(),
    TLS_KEY: file.optional(),
    /** Strict-Transport-Security for a year; only with a certificate. */
    HSTS: z.enum(['on', 'off']).default('on'),
    /** TCP Fast Open on the listening sockets; the kernel has to allow it (`net.ipv4.tcp_fastopen=3`). */
    TCP_FASTOPEN: z.enum(['on', 'off']).default('off'),
    ADDRESS_RATE: rate.default('20/s'),
    ADDRESS_BURST: burst.default('100'),
    /** Connections that one address may have open at once. */
    ADDRESS_CONNECTIONS: z
      .string()
      .regex(/^[1-9]\d{0,5}$/, 'must be a whole number above 0')
      .default('200'),
    UNLIMITED_FROM: networks.default([]),
    /** A CDN or balancer in front, and the header in which it says who is calling. */
    REAL_IP_FROM: networks.default([]),
    REAL_IP_HEADER: z.enum(HEADERS, `must be one of ${HEADERS.join(', ')}`).default('X-Forwarded-For'),
    MAX_BODY: size.default('512m'),
    IDLE_TIMEOUT: duration.default('10m'),
    CACHE_DIR: file.default('/var/cache/nginx/tain'),
    ACCESS_LOG: accessLog.default('/var/log/nginx/tain.log'),
  })
  .superRefine((settings, ctx) => requireTls(settings, ctx, 'passwords travel here'))

type Settings = z.output<typeof schema>

/** The configuration for these settings. Throws an Error of one sentence that names the wrong setting. */
export function renderSite(env: Record<string, string | undefined>): string {
  const settings = readSettings(schema, env)
  const { ADDRESS_RATE: limit } = settings
  return fillTemplate('site.conf', {
    SCANNERS: DEFAULT_DENIED_USER_AGENTS.join('|'),
    SITES: settings.SITES.map((at) => `    server ${at} max_fails=1 fail_timeout=5s;`).join('\n'),
    LISTEN: listenLines(settings, 'tain_tls', settings.TCP_FASTOPEN === 'on' ? ' fastopen=256' : ''),
    REDIRECT: redirect(settings),
    SERVER_NAME: settings.SERVER_NAME,
    HSTS:
      settings.TLS_CERTIFICATE && settings.HSTS === 'on'
        ? '    add_header strict-transport-security "max-age=31536000" always;'
        : '    # No Strict-Transport-Security (HSTS=off, or no certificate).',
    REAL_IP: realIp(settings),
    RATE: zoneRate(limit),
    LIMIT: limitLines('tain', limit, settings.ADDRESS_BURST),
    RETRY_AFTER_S: String(retryAfterS(limit)),
    UNLIMITED: geoLines(settings.UNLIMITED_FROM),
    ADDRESS_CONNECTIONS: settings.ADDRESS_CONNECTIONS,
    MAX_BODY: settings.MAX_BODY,
    IDLE_TIMEOUT: settings.IDLE_TIMEOUT,
    CACHE_DIR: settings.CACHE_DIR,
    ACCESS_LOG: settings.ACCESS_LOG === 'off' ? 'off' : `${settings.ACCESS_LOG} tain`,
    PAGE_AWAY: pageAway,
    PAGE_SILENT: pageSilent,
  })
}

/** Plain http leads to https and answers the questions of certificate authorities. */
function redirect({ REDIRECT_FROM, SERVER_NAME, TLS_CERTIFICATE }: Settings): string {
  if (REDIRECT_FROM === 'off' || !TLS_CERTIFICATE) return ''
  return `server {
${REDIRECT_FROM.map((at) => `    listen ${at};`).join('\n')}
    server_name ${SERVER_NAME};
    server_tokens off;
    access_log off;
    location /.well-known/acme-challenge/ {
        root /var/www/acme;
    }
    location / {
        return 308 https://$host$request_uri;
    }
}

`
}

function realIp({ REAL_IP_FROM, REAL_IP_HEADER }: Settings): string {
  if (REAL_IP_FROM.length === 0)
    return '    # Nobody stands in front (REAL_IP_FROM): the address is the socket’s.'
  return [
    ...REAL_IP_FROM.map((network) => `    set_real_ip_from ${network};`),
    `    real_ip_header ${REAL_IP_HEADER};`,
    '    real_ip_recursive on;',
  ].join('\n')
}

if (import.meta.main) printRendered(renderSite)
