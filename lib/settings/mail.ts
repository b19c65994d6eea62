import { z } from 'zod'
import { readBy } from '../setting-kinds.ts'

/** Sending e-mail: links for forgotten passwords and to confirm an address. A group of `lib/config.ts`. */

/** A server that takes mail from this site. */
export interface MailServer {
  host: string
  port: number
  /** Encrypted from the start (`smtps:`), by STARTTLS that must be offered (`smtp:`), or not at all (`?tls=off`). */
  tls: 'implicit' | 'required' | 'off'
  user?: string
  password?: string
}

/** Reads `smtps://user:password@host:465`, `smtp://…:587` or `smtp://host:25?tls=off`. Throws a RangeError. */
function parseMailServer(text: string): MailServer {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlace = url && /^smtps?:$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname)
  if (!isPlace || !/^(\?tls=off)?$/.test(url.search) || url.hash) {
    throw new RangeError('must be an address such as smtps://user:password@mail.example.org:465')
  }
  const isImplicit = url.protocol === 'smtps:'
  if (isImplicit && url.search) throw new RangeError('must be smtp: where tls=off')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isImplicit ? 465 : 587),
    tls: isImplicit ? 'implicit' : url.search ? 'off' : 'required',
    ...(url.username && { user: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  }
}

const ADDRESS = z.email()

/** Reads `no-reply@example.org` or `Name <no-reply@example.org>`. Throws a RangeError. */
function parseSender(text: string): { name: string; address: string } {
  const [, name = '', inBrackets] = /^([^<>"\r\n]*)<([^<>]+)>$/.exec(text) ?? []
  const address = ADDRESS.safeParse(inBrackets ?? text)
  if (!address.success) throw new RangeError('must be an address such as Tain <no-reply@example.org>')
  return { name: name.trim(), address: address.data }
}

interface MailMeta {
  group: 'accounts'
  about: string
  fallback?: string
  example?: string
  secret?: true
}

const setting = <T extends z.ZodType>(schema: T, meta: Omit<MailMeta, 'group'>) => ({
  schema,
  meta: { group: 'accounts', ...meta } satisfies MailMeta as MailMeta,
})

export const mailSettings = {
  SMTP_URL: setting(readBy(parseMailServer).optional(), {
    about:
      'The server that takes e-mail of this site, so that people who forgot their password get a link by themselves and can confirm their address: `smtps://user:password@host:465`, or `smtp://…:587`, which must offer STARTTLS; `?tls=off` at the end sends in the clear, within a network of your own. Needs MAIL_FROM and SITE_URL.',
    fallback: 'no e-mail is sent; owner and admins hand over links',
    example: 'smtps://user:password@mail.example.org:465',
    secret: true,
  }),
  MAIL_FROM: setting(readBy(parseSender).optional(), {
    about: 'From whom e-mail of this site is, as its server lets it.',
    example: 'Tain <no-reply@example.org>',
  }),
}

/** What sending e-mail lacks, if a server is named. */
export function missingOfMail(config: Record<'SMTP_URL' | 'MAIL_FROM' | 'SITE_URL', unknown>) {
  if (config.SMTP_URL === undefined) return undefined
  return (['MAIL_FROM', 'SITE_URL'] as const).find((name) => config[name] === undefined)
}
