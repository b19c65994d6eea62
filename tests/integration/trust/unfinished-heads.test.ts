import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { call } from '../gateway/clients.ts'
import type { TestHost } from '../gateway/hosts.ts'
import { hostAt, settingsFor } from './sites.ts'

/** What the front door gives a caller for the whole of its head, and what a busy machine may add. */
const HEAD_MS = 15_000
const PATIENCE_MS = 10_000

describe('Node site: callers who never finish a head', () => {
  let upstream: DemoUpstream
  let site: Site
  let host: TestHost
  const sockets: Socket[] = []
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    site = await startNodeSite({ env: settingsFor(upstream.url) })
    host = hostAt(new URL(site.url).port)
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await site.stop()
    await upstream.close()
  })

  function open(): Socket {
    const socket = connect(host.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    sockets.push(socket)
    return socket
  }

  /** Until the other side closes. Meanwhile `drip` is written again and again. */
  async function lifeOf(socket: Socket, drip: string | undefined): Promise<number> {
    const beganMs = performance.now()
    const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 500)
    // Who writes to a closed connection gets a reset, which `once` would throw.
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(dripping)
    return performance.now() - beganMs
  }

  it('are cut off after 15 s, and honest ones are served all the while', { timeout: 60_000 }, async () => {
    const callers = {
      silent: () => lifeOf(open(), undefined),
      'a byte at a time': async () => {
        const socket = open()
        socket.write('GET /v1/models HTTP/1.1\r\nhost: site\r\nx-slow: ')
        return await lifeOf(socket, 'x')
      },
      'a header at a time': async () => {
        const socket = open()
        socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: site\r\n')
        return await lifeOf(socket, 'x-slow: x\r\n')
      },
      'to the site itself': async () => {
        const socket = open()
        socket.write('GET /healthz HTTP/1.1\r\n')
        return await lifeOf(socket, 'x-slow: x\r\n')
      },
      'in the second request': async () => {
        const socket = open()
        socket.write('GET /healthz HTTP/1.1\r\nhost: site\r\n\r\n')
        await once(socket, 'data')
        socket.write('GET /v1/models HTTP/1.1\r\nhost: site\r\n')
        return await lifeOf(socket, 'x-slow: x\r\n')
      },
    }
    let served = 0
    const state = { over: false }
    const honest = async () => {
      while (!state.over) {
        expect((await call(host, '/v1/models')).status).toBe(200)
        served++
        // Served, and the machine left to others.
        await pause(50)
      }
    }
    const serving = honest()
    const every = Object.entries(callers).flatMap(([name, start]) =>
      Array.from({ length: 20 }, async () => ({ name, lifeMs: await start() })),
    )
    const lives = await Promise.all(every)
    state.over = true
    await serving
    for (const { name, lifeMs } of lives) {
      expect(lifeMs, name).toBeGreaterThan(HEAD_MS - 1000)
      expect(lifeMs, name).toBeLessThan(HEAD_MS + PATIENCE_MS)
    }
    expect(served).toBeGreaterThan(lives.length)
  })
})
