import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFrontDoor, type Door } from '#server/front-door.ts'

async function open(site: RequestListener): Promise<Door> {
  const door = createFrontDoor({
    gateway: {
      isGatewayTarget: (target) => target.startsWith('/v1'),
      handle: (_req, res) => void res.end('gateway'),
      upgrade: () => undefined,
    },
    statusPage: () => false,
    site,
  })
  door.server.listen(0, '127.0.0.1')
  await once(door.server, 'listening')
  return door
}

const connectTo = ({ server }: Door) => connect((server.address() as AddressInfo).port, '127.0.0.1')

describe('the front door', () => {
  let door: Door
  const seen: (string | undefined)[] = []
  beforeAll(async () => {
    door = await open((req, res) => {
      seen.push(req.url)
      res.end('site')
    })
  })
  afterAll(() => door.close(1_000))

  async function ask(target: string, more = ''): Promise<string> {
    const socket = connectTo(door)
    socket.write(`GET ${target} HTTP/1.1\r\nhost: site.example\r\nconnection: close\r\n${more}\r\n`)
    return await text(socket)
  }

  it.each([
    'http://evil.example/',
    'http://evil.example//x',
    'HTTPS://evil.example',
    '*',
    '*evil.example',
    'evil.example:443',
    '/c/%ff',
    '/share/%ff/report',
    '/%',
    '/%e4%b8',
  ])('lets nothing through to the site that is no path: %s', async (target) => {
    for (const more of ['', 'content-length: 0\r\nexpect: 100-continue\r\n']) {
      const answer = await ask(target, more)
      expect(answer).toContain('HTTP/1.1 400')
      expect(answer).not.toContain('evil.example')
    }
    expect(seen).toEqual([])
  })

  it('leads each path to its room', async () => {
    expect(await ask('/v1/models')).toContain('gateway')
    const paths = ['/?next=http://evil.example/', '/c/%E4%B8%AD', '/?q=%ff', '/%00']
    for (const path of paths) expect(await ask(path)).toContain('site')
    expect(seen).toEqual(paths)
  })

  it('does not wait for connections that ask for nothing, only for what runs', async () => {
    const asked = Promise.withResolvers<ServerResponse>()
    const closing = await open((_req, res) => asked.resolve(res))
    const silent = connectTo(closing)
    await once(closing.server, 'connection')
    const waiting = connectTo(closing)
    waiting.write('GET / HTTP/1.1\r\nhost: site.example\r\n\r\n')
    const answer = text(waiting)
    const res = await asked.promise

    // Longer than a test may take: it must not be what ends this.
    const closed = closing.close(600_000)
    await once(silent.resume(), 'close')
    res.end('the last words')
    expect(await answer).toContain('the last words')
    await closed
  })

  it('waits no longer than it may', async () => {
    const asked = Promise.withResolvers<void>()
    const closing = await open(() => asked.resolve())
    const waiting = connectTo(closing)
    waiting.write('GET / HTTP/1.1\r\nhost: site.example\r\n\r\n')
    await asked.promise
    const cut = once(waiting.on('error', () => undefined).resume(), 'close')
    await closing.close(50)
    await cut
  })
})
