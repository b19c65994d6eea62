import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { call, codeOf, headOf, openRequest, rawRequest, readToEnd } from './clients.ts'
import { carriers, startNodeCarrier, type TestHost } from './hosts.ts'
import { startUpstreams, twoAccounts, type UpstreamGroup } from './supplies.ts'

/** With several accounts the gateway reads the beginning of such bodies before it sends them. */
const READ_AHEAD = { 'content-type': 'application/json' }

describe.each(carriers)('%s carrier: a body that is read ahead', (_, start) => {
  let upstreams: UpstreamGroup
  let host: TestHost
  beforeAll(async () => {
    upstreams = await startUpstreams(1)
  })
  afterEach(async () => {
    upstreams.reset()
    await host.close()
  })
  afterAll(() => upstreams.close())
  const open = async (settings = {}) => {
    host = await start({ upstreams: upstreams.settings, keys: twoAccounts, ...settings })
  }
  const upstream = () => {
    const [only] = upstreams.list
    if (!only) throw new Error('no upstream was started')
    return only
  }

  it.each([10, 64 * 1024, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024])(
    'arrives to the byte, with and without its length: %i bytes',
    async (length) => {
      await open()
      const sent = randomBytes(length)
      for (const framing of [READ_AHEAD, { ...READ_AHEAD, 'transfer-encoding': 'chunked' }]) {
        const pending = upstream().nextRequest()
        await call(host, '/v1/responses', { body: sent, headers: framing })
        expect(sent.equals(await (await pending).body)).toBe(true)
      }
    },
  )

  it('arrives when it comes in pieces, each after the other was taken', async () => {
    await open()
    const pending = upstream().nextRequest()
    const req = openRequest(host, '/v1/responses', {
      headers: { ...READ_AHEAD, 'transfer-encoding': 'chunked' },
    })
    const pieces = Array.from({ length: 20 }, () => randomBytes(80_000))
    for (const piece of pieces) if (!req.write(piece)) await once(req, 'drain')
    req.end()
    expect(Buffer.concat(pieces).equals(await (await pending).body)).toBe(true)
    await readToEnd(await headOf(req))
  })

  it('is refused when it is too long, and upstream never hears of it', async () => {
    await open({ maxBodyBytes: 100_000 })
    const { status, body } = await call(host, '/v1/responses', {
      body: randomBytes(100_001),
      headers: { ...READ_AHEAD, 'transfer-encoding': 'chunked' },
    })
    expect([status, codeOf(body), upstreams.count()]).toEqual([413, 'site_body_too_large', 0])
  })

  it('is waited for no longer than any other', async () => {
    await open({ idleTimeoutMs: 300 })
    const req = openRequest(host, '/v1/responses', { headers: { ...READ_AHEAD, 'content-length': '100' } })
    req.on('error', () => {})
    req.write('{"model":')
    const response = await headOf(req)
    await readToEnd(response)
    expect(response.statusCode).toBeGreaterThanOrEqual(400)
    req.destroy()
  })

  it('that breaks off costs nobody anything', async () => {
    await open()
    const line = host.nextLine()
    const req = openRequest(host, '/v1/responses', { headers: { ...READ_AHEAD, 'content-length': '100' } })
    req.on('error', () => {})
    req.write('{"model":', () => req.destroy())
    expect(await line).toMatchObject({ end: 'left' })
    expect(host.events).toEqual([])
    expect((await call(host, '/v1/models')).status).toBe(200)
  })
})

describe('node carrier: a body that waits to be asked for', () => {
  it('is asked for when it is sent, not before', async () => {
    const upstreams = await startUpstreams(1)
    const host = await startNodeCarrier({ upstreams: upstreams.settings, keys: twoAccounts })
    const body = '{"model":"tain-demo","input":"x"}'
    const head = rawRequest(
      '/v1/responses',
      ['content-type: application/json', 'expect: 100-continue', `content-length: ${body.length}`],
      'POST',
    )
    const socket = connect(host.port, '127.0.0.1')
    socket.write(head)
    const chunks: Buffer[] = []
    for await (const chunk of socket) {
      if (chunks.length === 0) socket.write(body)
      chunks.push(chunk)
    }
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
    expect(String(await upstreams.list[0]?.received[0]?.body)).toBe(body)
    await host.close()
    await upstreams.close()
  })
})
