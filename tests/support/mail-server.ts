import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** A letter as it came in. */
export interface ReceivedMail {
  to: string[]
  /** Head and body, with what was encoded for the way decoded. */
  content: string
  /** The code of the link in it. */
  code: string | undefined
}

/** A real SMTP server (`smtp-server`) that wants user and password and keeps what it is given. */
export interface MailServer {
  port: number
  /** For SMTP_URL. */
  url: string
  received: ReceivedMail[]
  /** Waits for the next letter that was not handed out yet. */
  next(): Promise<ReceivedMail>
  close(): Promise<void>
}

const USER = 'tain'
const PASSWORD = 'canary-mail-password'

interface MailServerOptions {
  /** Offers STARTTLS, with a certificate that nobody should trust unless there is a better one. */
  offersTls?: boolean
  certificate?: { key: string; cert: string }
}

export async function startMailServer({
  offersTls = false,
  certificate,
}: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const waiting: ((mail: ReceivedMail) => void)[] = []
  let handedOut = 0
  const server = new SMTPServer({
    logger: false,
    ...certificate,
    hideSTARTTLS: !offersTls,
    allowInsecureAuth: !offersTls,
    onAuth({ username, password }, _session, done) {
      if (username === USER && password === PASSWORD) done(null, { user: USER })
      else done(new Error('wrong user or password'))
    },
    async onData(stream, session, done) {
      const content = decode(await text(stream))
      const mail: ReceivedMail = {
        to: session.envelope.rcptTo.map(({ address }) => address),
        content,
        code: /#([a-z2-9]{24})/.exec(content)?.[1],
      }
      received.push(mail)
      const first = waiting.shift()
      if (first) handedOut++
      first?.(mail)
      done()
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `smtp://${USER}:${PASSWORD}@127.0.0.1:${port}?tls=off`,
    received,
    next() {
      const mail = received[handedOut]
      if (!mail) return new Promise((resolve) => waiting.push(resolve))
      handedOut++
      return Promise.resolve(mail)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Undoes quoted-printable and base64 of a letter with a single part. */
function decode(mail: string): string {
  const [head = '', ...rest] = mail.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  if (/^content-transfer-encoding: base64/im.test(head)) {
    return `${head}\n\n${Buffer.from(body, 'base64').toString('utf8')}`
  }
  if (!/^content-transfer-encoding: quoted-printable/im.test(head)) return mail
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return `${head}\n\n${Buffer.from(bytes, 'latin1').toString('utf8')}`
}
