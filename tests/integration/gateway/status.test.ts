import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fault } from '#server/demo-upstream/script-steps.ts'
import { createStatusPage } from '#server/gateway/status-page.ts'
import { call, headOf, openRequest, readToEnd } from './clients.ts'
import { startNodeCarrier, type TestHost } from './hosts.ts'
import { KEYS, keysSeen, startUpstreams, twoAccounts, type UpstreamGroup } from './supplies.ts'

const operatorToken = 'operator-0123456789abcdef0123456789abcdef'

async function startPage(token: string | undefined, host: TestHost) {
  const page = createStatusPage(token, () => {
    if (!host.gateway) throw new Error('this host has no gateway to ask')
    return host.gateway.status()
  })
  const server = createServer((req, res) => {
    if (!page(req, res)) res.end('the site')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    async get(path: string, headers: Record<string, string> = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      return { status: response.status, text: await response.text() }
    },
    close: () => server.close(),
  }
}

describe('GET /gateway/status', () => {
  let upstreams: UpstreamGroup
  let host: TestHost
  let page: Awaited<ReturnType<typeof startPage>>
  const operator = { authorization: `Bearer ${operatorToken}` }
  beforeAll(async () => {
    upstreams = await startUpstreams(2)
    host = await startNodeCarrier({ upstreams: upstreams.settings, keys: twoAccounts })
    page = await startPage(operatorToken, host)
  })
  afterAll(async () => {
    page.close()
    await host.close()
    await upstreams.close()
  })

  it('shows upstreams and accounts as they are now, and no key', async () => {
    upstreams.scriptFirst(fault.rateLimited({ retryAfterMs: 50_000 }))
    for (let i = 0; i < 3; i++) await call(host, '/v1/models')
    const { status, text } = await page.get('/gateway/status', operator)
    const { upstreams: ways, accounts } = JSON.parse(text)
    expect(status).toBe(200)
    expect(ways).toMatchObject([
      { upstream: 'one', state: 'in', errorRate: 0 },
      { upstream: 'two', state: 'in', errorRate: 0 },
    ])
    expect(ways.some(({ averageMs }: { averageMs: number | null }) => averageMs !== null)).toBe(true)
    expect(ways.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0)).toBe(4)
    expect(accounts.map(({ state }: { state: string }) => state).sort()).toEqual(['cooling', 'ready'])
    expect(accounts[0].keys).toEqual([{ name: 'sk-…aaaa', state: 'live' }])
    for (const key of Object.values(KEYS)) expect(text).not.toContain(key)
  })

  it('counts a failing upstream’s errors', async () => {
    upstreams.reset()
    const before = JSON.parse((await page.get('/gateway/status', operator)).text).upstreams
    expect(before.every(({ errorRate }: { errorRate: number }) => errorRate === 0)).toBe(true)
    upstreams.scriptFirst(fault.serverError(500))
    await call(host, '/v1/chat/completions', { body: '{}' })
    const after = JSON.parse((await page.get('/gateway/status', operator)).text).upstreams
    expect(after.filter(({ errorRate }: { errorRate: number }) => errorRate > 0)).toHaveLength(1)
  })

  it('names the models that are at their limit, and the account serves others', async () => {
    upstreams.reset()
    upstreams.scriptFirst(fault.rateLimited({ retryAfterMs: 50_000 }))
    await call(host, '/v1/chat/completions', { body: '{"model":"busy-model"}' })
    const { accounts } = JSON.parse((await page.get('/gateway/status', operator)).text)
    const limited = accounts.flatMap((account: { limitedModels: unknown[] }) => account.limitedModels)
    expect(limited).toMatchObject([{ model: 'busy-model' }])
    const { text } = await page.get('/gateway/status?format=text', operator)
    expect(text).toMatch(/ready +busy-model for \d\d s/)
    expect(JSON.stringify([host.lines, host.events])).not.toContain('busy-model')
  })

  it('is a table in a terminal', async () => {
    const { text } = await page.get('/gateway/status?format=text', operator)
    expect(text).toMatch(/^Upstream {2}State\s+Requests {2}Average {2}P95\s+Errors\none\s+in\s+\d/)
    expect(text).toMatch(/\nAccount {2}Upstream {2}State/)
  })

  it('is shown to nobody else, who may not guess on and on', async () => {
    for (const authorization of ['', 'Bearer wrong', `Bearer ${operatorToken}x`]) {
      expect((await page.get('/gateway/status', { authorization })).status).toBe(401)
    }
    for (let i = 0; i < 10; i++) await page.get('/gateway/status')
    expect((await page.get('/gateway/status')).status).toBe(429)
    expect((await page.get('/gateway/status', operator)).status).toBe(200)
  })

  it('is this path and no other, and nowhere without a token', async () => {
    for (const path of ['/gateway/status/', '/gateway/statusx', '/gateway']) {
      expect((await page.get(path, operator)).text).toBe('the site')
    }
    const none = await startPage(undefined, host)
    expect((await none.get('/gateway/status', operator)).status).toBe(404)
    none.close()
  })
})

describe('replacing keys while requests run', () => {
  it('leaves a running stream alone, and serves the next one with the new key', async () => {
    const upstreams = await startUpstreams(1)
    const host = await startNodeCarrier({ upstreams: upstreams.settings, keys: twoAccounts.slice(0, 1) })
    const told = Promise.withResolvers<void>()
    const waits = (async function* () {
      yield 'before,'
      await told.promise
      yield 'after'
    })()
    upstreams.list[0]?.script({ respond: { body: waits } })
    const req = openRequest(host, '/v1/chat/completions')
    req.end('{}')
    const response = await headOf(req)
    host.gateway?.replace({ upstreams: upstreams.settings, keys: twoAccounts.slice(1) })
    await call(host, '/v1/models')
    told.resolve()
    const { body, broken } = await readToEnd(response)
    expect([body.toString(), broken]).toEqual(['before,after', false])
    expect(upstreams.list.flatMap(keysSeen)).toEqual([KEYS.a, KEYS.b])
    await host.close()
    await upstreams.close()
  })
})
