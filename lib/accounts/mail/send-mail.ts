import { createTransport } from 'nodemailer'
import { type Config, getConfig } from '../../config.ts'

/** A letter of plain text. */
export interface Mail {
  to: string
  subject: string
  text: string
}

/** A server that does not answer within this is away. */
export const MAIL_TIMEOUT_MS = 10_000

/** Whether this site sends e-mail. */
export const hasMail = (config: Pick<Config, 'SMTP_URL'> = getConfig()): boolean =>
  config.SMTP_URL !== undefined

/** A way to a server, encrypted as its setting says. Nothing is connected before it is used; it has to be closed. */
export function openMailTransport({ host, port, tls, user, password }: NonNullable<Config['SMTP_URL']>) {
  return createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'off',
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    connectionTimeout: MAIL_TIMEOUT_MS,
    greetingTimeout: MAIL_TIMEOUT_MS,
    socketTimeout: MAIL_TIMEOUT_MS,
    // What is sent is text of ours; nothing is to be read from disks or fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** Hands a letter to the server of SMTP_URL. Throws when that is away or refuses it, or cannot encrypt and must. */
export async function sendMail({ to, subject, text }: Mail): Promise<void> {
  const { SMTP_URL: server, MAIL_FROM: from } = getConfig()
  if (!server || !from) throw new Error('SMTP_URL and MAIL_FROM are not set.')
  const transport = openMailTransport(server)
  try {
    await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text,
      // No out-of-office answers, please (RFC 3834).
      headers: { 'auto-submitted': 'auto-generated' },
    })
  } finally {
    transport.close()
  }
}
