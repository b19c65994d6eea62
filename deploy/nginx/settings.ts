import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { z } from 'zod'

/**
 * What the configurations of this folder share. nginx runs on machines of its own, so its few settings are here and not
 * in lib/config.ts. Each value is of a form that can mean nothing but itself inside nginx's language.
 */

export const isLoopback = (host: string) => /^(?:127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/.test(host)

export const file = z
  .string()
  .regex(/^\/[\w./+-]+$/, 'must be an absolute path of letters, digits and . _ + -')

export const listOf = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))

/** `443`, `[::]:443` or `127.0.0.1:8080`, several of them. */
export const listen = listOf(
  z.string().regex(/^(?:(?:[\w.-]+|\[[\da-f:]+\]):)?\d{1,5}$/i, 'must be a list of ports or address:port'),
)

export const serverName = z.string().regex(/^(?:_|[a-z\d][a-z\d.-]*)$/i, 'must be a host name')

/** Requests of one address; `60/m`, `3/s` or `off`. */
export const rate = z.string().regex(/^(?:[1-9]\d{0,5}\/[sm]|off)$/, 'must be such as 60/m, 3/s or off')
export const burst = z.string().regex(/^\d{1,6}$/, 'must be a whole number')

export const networks = listOf(
  z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'must be a list of networks'),
)

export const size = z.string().regex(/^\d{1,9}[kmg]?$/, 'must be such as 512m')
export const duration = z.string().regex(/^\d{1,6}(?:ms|s|m|h)$/, 'must be such as 10m')
export const accessLog = z.union([z.literal('off'), file], 'must be an absolute path or off')

interface Tls {
  LISTEN: string[]
  TLS_CERTIFICATE?: string | undefined
  TLS_KEY?: string | undefined
}

/** Without a certificate only this machine may be listened on. `why` ends the sentence. */
export function requireTls(
  { LISTEN, TLS_CERTIFICATE, TLS_KEY }: Tls,
  ctx: z.RefinementCtx,
  why: string,
): void {
  const fail = (name: string, message: string) => ctx.addIssue({ code: 'custom', path: [name], message })
  if (!TLS_CERTIFICATE !== !TLS_KEY) fail('TLS_KEY', 'and TLS_CERTIFICATE must be set together')
  const isLocal = LISTEN.every((at) => at.includes(':') && isLoopback(at.replace(/:\d+$/, '')))
  if (!TLS_CERTIFICATE && !isLocal) {
    fail('TLS_CERTIFICATE', `must be set unless LISTEN names addresses of this machine only: ${why}`)
  }
}

/**
 * Reads the settings; an empty variable counts as unset. Throws an Error of one sentence, which names the wrong setting
 * and never its value.
 */
export function readSettings<T>(schema: z.ZodType<T>, env: Record<string, string | undefined>): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${String(issue?.path[0])} ${issue?.message}.`)
}

/** A file of this folder with a value in place of each `${NAME}`. */
export function fillTemplate(name: string, values: Record<string, string>): string {
  const template = readFileSync(path.join(import.meta.dirname, name), 'utf8')
  return template.replace(/\$\{([A-Z_]+)\}/g, (_, asked: string) => {
    const value = values[asked]
    if (value === undefined) throw new Error(`The template asks for ${asked}, which nobody knows.`)
    return value
  })
}

/**
 * The `listen` lines and, with a certificate, the TLS of a server. `listen … http2` is understood by every version; from
 * 1.25.1 nginx prefers another spelling and says so. `option` stands behind each address.
 */
export function listenLines({ LISTEN, TLS_CERTIFICATE, TLS_KEY }: Tls, cache: string, option = ''): string {
  if (!TLS_CERTIFICATE) return LISTEN.map((at) => `    listen ${at}${option};`).join('\n')
  return `${LISTEN.map((at) => `    listen ${at} ssl http2${option};`).join('\n')}
    ssl_certificate ${TLS_CERTIFICATE};
    ssl_certificate_key ${TLS_KEY};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
    ssl_prefer_server_ciphers off;
    ssl_session_cache shared:${cache}:10m;
    ssl_session_timeout 1d;
    ssl_session_tickets off;`
}

/** `limit_req` for this zone, or a comment that says why there is none. */
export function limitLines(zone: string, limit: string, depth: string): string {
  if (limit === 'off') return '        # Nobody is limited (ADDRESS_RATE=off).'
  const more = depth === '0' ? '' : ` burst=${depth} nodelay`
  return `        limit_req zone=${zone}${more};\n        limit_req_status 429;`
}

/** nginx wants a zone even where nobody is limited. */
export const zoneRate = (limit: string) => (limit === 'off' ? '1r/s' : limit.replace('/', 'r/'))

/** When one more request is allowed, at the latest: the time in which the rate gives one back. */
export function retryAfterS(limit: string): number {
  const [count, unit] = limit.split('/')
  return unit === 'm' ? Math.ceil(60 / Number(count)) : 1
}

/** The lines of a `geo` block in which these networks are 1. */
export const geoLines = (list: readonly string[]) => list.map((network) => `    ${network} 1;`).join('\n')

/** Prints what `render` makes of the environment, or ends with its sentence. */
export function printRendered(render: (env: Record<string, string | undefined>) => string): void {
  try {
    process.stdout.write(render(process.env))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
