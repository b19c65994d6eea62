import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { startNextSite } from '#tests/support/site.ts'
import { type ConformingHost, startSite } from './conforming-host.ts'

/** The table of docs/gateway-hosts.md: where Next changes something, it is known here before a user finds it. */
describe('Edge route: differences', () => {
  let host: ConformingHost
  beforeAll(async () => {
    host = await startSite(startNextSite)
  })
  afterEach(() => host.upstream.reset())
  afterAll(() => host.stop())

  async function call(path: string, method: string, body?: Uint8Array, headers: Record<string, string> = {}) {
    const authorization = `Bearer ${host.token}`
    const req = request(host.baseUrl + path, { method, headers: { authorization, ...headers }, agent: false })
    req.end(body)
    const [response] = await once(req, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    // The event's only argument, by Node's documentation.
    return { response: response as IncomingMessage, body: Buffer.concat(chunks).toString() }
  }

  async function statusOf(target: string, method = 'GET'): Promise<number> {
    const { hostname, port } = new URL(host.baseUrl)
    const socket = connect(Number(port), hostname)
    const authorization = `authorization: Bearer ${host.token}`
    socket.write(
      `${method} ${target} HTTP/1.1\r\nhost: site\r\nconnection: close\r\n${authorization}\r\n\r\n`,
    )
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    return Number(/^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(chunks).toString())?.[1])
  }

  const large = randomBytes(10_000_001)

  it('refuses an upload above 10 MB that says so, before upstream is asked', async () => {
    const { response, body } = await call('/files', 'POST', large, { 'content-length': String(large.length) })
    expect([response.statusCode, JSON.parse(body).error.code]).toEqual([413, 'site_body_too_large'])
    expect(host.upstream.received).toEqual([])
  })

  it('refuses one that does not, and upstream never has it whole', async () => {
    const pending = host.upstream.nextRequest()
    const { response, body } = await call('/files', 'POST', large, { 'transfer-encoding': 'chunked' })
    expect([response.statusCode, JSON.parse(body).error.code]).toEqual([413, 'site_body_too_large'])
    await expect((await pending).digest).rejects.toThrow()
  })

  it('relays an upload of exactly 10 MB', async () => {
    host.upstream.script(answer.body('ok'))
    const pending = host.upstream.nextRequest()
    const { response } = await call('/files', 'POST', large.subarray(1), { 'transfer-encoding': 'chunked' })
    expect([response.statusCode, (await (await pending).digest).bytes]).toEqual([200, 10_000_000])
  })

  it('refuses the body of a GET', async () => {
    const { response, body } = await call('/models', 'GET', Buffer.from('{}'), { 'content-length': '2' })
    expect([response.statusCode, JSON.parse(body).error.code]).toEqual([400, 'site_bad_request'])
  })

  it.each([
    ['/v1//models', 308],
    ['http://site/v1/models', 308],
    ['/v1/models/%zz', 500],
    ['/v1', 404],
    ['/v1/../healthz', 200],
  ])('leaves %s to Next, which says %i', async (target, status) => {
    expect(await statusOf(target)).toBe(status)
    expect(host.upstream.received).toEqual([])
  })

  it.each(['TRACE', 'PROPFIND'])('does not relay %s', async (method) => {
    expect(await statusOf('/v1/models', method)).toBeGreaterThanOrEqual(400)
    expect(host.upstream.received).toEqual([])
  })

  it('keeps a query’s meaning, not its bytes, and loses the names that are Next’s own', async () => {
    const pending = host.upstream.nextRequest()
    await call('/models?b=1&a=%20&b=2&c&tainPath=x&_rsc=y&nxtPd=z', 'GET')
    expect((await pending).target.split('?')[1]).toBe('b=1&b=2&a=+&c=&d=z')
  })

  it('has no content-length', async () => {
    host.upstream.script(answer.body('ok', { headers: [['content-length', '2']] }))
    const { response, body } = await call('/models', 'GET')
    expect([response.headers['content-length'], body]).toEqual([undefined, 'ok'])
  })
})
