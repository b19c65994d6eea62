import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import path from 'node:path'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import { type Authority, createAuthority } from '#tests/support/certificates.ts'
import { debianProgram } from '#tests/support/debian-program.ts'

const run = promisify(execFile)

export type Flaw = 'none' | 'expired' | 'wrong host' | 'self-signed' | 'unknown authority'

/** An HTTPS upstream on loopback, called `localhost`, and every byte that was ever said to it inside TLS. */
export interface TlsUpstream {
  /** Ends in `/v1`. */
  url: string
  /** What a process has to trust for the certificate without a flaw: NODE_EXTRA_CA_CERTS. */
  authorityFile: string
  /** From the next connection on, its certificate has this flaw. */
  present(flaw: Flaw): void
  /** What was said since it was asked last. */
  heard(): string
  /** Resolves when the connection that comes next has ended. */
  nextEnd(): Promise<void>
  close(): Promise<void>
}

interface Certificate {
  key: string
  cert: string
}

/** Rejects where there is no openssl. */
export async function startTlsUpstream(): Promise<TlsUpstream> {
  const [trusted, unknown] = await Promise.all([createAuthority(), createAuthority()])
  const good = await trusted.issue('localhost')
  const certificates: Record<Flaw, Certificate> = {
    none: good,
    'wrong host': await trusted.issue('api.example.com'),
    'unknown authority': await unknown.issue('localhost'),
    expired: { key: good.key, cert: await signExpired(trusted) },
    'self-signed': { key: good.key, cert: await signItself(trusted) },
  }
  const server = await listen(good)
  return {
    ...server,
    authorityFile: trusted.file,
    present: (flaw) => server.present(certificates[flaw]),
    async close() {
      await Promise.all([server.close(), trusted.remove(), unknown.remove()])
    },
  }
}

/** For the same key and name as the good certificate, by the same authority, until yesterday. */
function signExpired({ file }: Authority): Promise<string> {
  const at = (name: string) => path.join(path.dirname(file), name)
  return openssl([
    ...['x509', '-req', '-days', '-1', '-sha256', '-in', at('localhost.csr'), '-CAcreateserial'],
    ...['-CA', file, '-CAkey', at('ca.key'), '-extfile', at('localhost.ext')],
  ])
}

function signItself({ file }: Authority): Promise<string> {
  const key = path.join(path.dirname(file), 'localhost.key')
  return openssl([
    ...['req', '-x509', '-days', '2', '-sha256', '-key', key, '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
  ])
}

async function openssl(args: string[]): Promise<string> {
  const found = await debianProgram('openssl', 'openssl')
  if ('missing' in found) throw new Error(found.missing)
  return (await run(found.path, args)).stdout
}

async function listen(certificate: Certificate) {
  let heard: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer(certificate, (socket) => {
    socket.on('data', (data) => {
      heard.push(data)
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok')
    })
    socket.on('error', () => {})
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    url: `https://localhost:${port}/v1`,
    present: (next: Certificate) => server.setSecureContext(next),
    heard() {
      const text = Buffer.concat(heard).toString('latin1')
      heard = []
      return text
    },
    async nextEnd() {
      // The event's only argument, by Node's documentation.
      const [socket] = (await once(server, 'connection')) as [Socket]
      if (!socket.destroyed) await once(socket, 'close')
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
