import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'

export const question = { model: 'tain-demo', messages: [{ role: 'user' as const, content: 'Hello' }] }

/** A request without anything a client library would add. */
export const rawGet = (path: string) => `GET ${path} HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n`

/** Everything the upstream writes until it ends the connection, and how that ended. */
async function readAll(socket: Socket): Promise<{ text: string; ended: 'fin' | 'reset' }> {
  const chunks: Buffer[] = []
  let ended: 'fin' | 'reset' = 'fin'
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk)
  } catch {
    ended = 'reset'
  }
  return { text: Buffer.concat(chunks).toString('latin1'), ended }
}

export interface StartedDemo {
  readonly upstream: DemoUpstream
  url(path: string): string
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>
  openSocket(): Promise<Socket>
  /** Sends bytes on a socket of their own and reads what comes back. */
  exchange(rawRequest: string): ReturnType<typeof readAll>
}

/** One demo upstream for a test file, as new before each test. */
export function startDemo(): StartedDemo {
  let upstream: DemoUpstream
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  })
  afterAll(() => upstream.close())
  beforeEach(() => upstream.reset())

  const demo: StartedDemo = {
    get upstream() {
      return upstream
    },
    url: (path) => `${upstream.url}${path}`,
    post: (path, body, init = {}) =>
      fetch(demo.url(path), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    async openSocket() {
      const { port, hostname } = new URL(upstream.url)
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      return socket
    },
    async exchange(rawRequest) {
      const socket = await demo.openSocket()
      socket.write(rawRequest)
      return readAll(socket)
    },
  }
  return demo
}
