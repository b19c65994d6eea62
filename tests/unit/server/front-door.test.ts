import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFrontDoor, type Door } from '#server/front-door.ts'

describe('the front door', () => {
  let door: Door
  const seen: (string | undefined)[] = []
  beforeAll(async () => {
    door = createFrontDoor({
      gateway: {
        isGatewayTarget: (target) => target.startsWith('/v1'),
        handle: (_req, res) => void res.end('gateway'),
        upgrade: () => undefined,
      },
      statusPage: () => false,
      site: (req, res) => {
        seen.push(req.url)
        res.end('site')
      },
    })
    door.server.listen(0, '127.0.0.1')
    await once(door.server, 'listening')
  })
  afterAll(() => door.close(1_000))

  async function ask(target: string, more = ''): Promise<string> {
    const { port } = door.server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
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
})
