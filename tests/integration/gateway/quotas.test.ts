import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { insertAccount } from '#lib/accounts/accounts.ts'
import { createApiToken, findTokenOwner } from '#lib/accounts/api-tokens.ts'
import { setAccountQuota, setRoleQuota } from '#lib/accounts/quotas/account-quota.ts'
import { setPrice } from '#lib/accounts/quotas/prices.ts'
import type { Quota } from '#lib/accounts/quotas/quota.ts'
import { createRedeemBatch, redeemCode } from '#lib/accounts/quotas/redeem.ts'
import { findStanding } from '#lib/accounts/quotas/standing.ts'
import { signChatToken } from '#lib/gateway/chat-token.ts'
import { usageIn } from '#lib/gateway/metering/token-usage.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault } from '#server/demo-upstream/script-steps.ts'
import { createQuotaMeter, type QuotaMeter } from '#server/gateway/metering/quota-meter.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { call, codeOf, headOf, openRequest } from './clients.ts'
import { startFetchCarrier, startNodeCarrier, type TestHost } from './hosts.ts'

const chatSecret = 'a secret of thirty-two bytes and more'
const json = { 'content-type': 'application/json' }
const hello = { model: 'tain-demo', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100 }

onEveryDatabase('quotas at the gateway', (db) => {
  let upstream: DemoUpstream
  let meter: QuotaMeter
  let host: TestHost
  let person: string
  let headers: Record<string, string>
  beforeAll(async () => {
    upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  })
  beforeEach(async () => {
    meter = createQuotaMeter(db())
    const findCaller = (digest: string) => findTokenOwner(db(), digest)
    host = await startNodeCarrier({ upstreamUrl: upstream.url, chatSecret, lent: { findCaller, meter } })
    person = await insertAccount(db(), { role: 'user', name: 'somebody' })
    const { token } = await createApiToken(db(), person, { name: 'laptop' })
    headers = { ...json, authorization: `Bearer ${token}` }
  })
  afterEach(async () => {
    await host.close()
    await meter.close()
    upstream.reset()
    await db().deleteFrom('role_quota').execute()
    await db().deleteFrom('model_price').execute()
  })
  afterAll(() => upstream.close())

  const allow = (quota: Quota) => setAccountQuota(db(), person, quota)
  const ask = (body: object = hello, more: Record<string, string> = {}, path = '/v1/chat/completions') =>
    call(host, path, { body: JSON.stringify(body), headers: { ...headers, ...more } })
  const used = async () => {
    await meter.settled()
    const row = await db()
      .selectFrom('quota_use')
      .selectAll()
      .where('account_id', '=', person)
      .executeTakeFirst()
    return (
      row && {
        messages: Number(row.messages_hour),
        tokens: Number(row.tokens_day),
        cost: Number(row.cost_month),
        running: Number(row.running),
      }
    )
  }

  it('let exactly 7 of 100 pass that come at once, chat and programs together', async () => {
    await setRoleQuota(db(), 'user', { messagesPerHour: 7 })
    const chat = await signChatToken({ subject: person, secret: chatSecret, ttlMs: 60_000 })
    const all = Array.from({ length: 100 }, (_, at) =>
      ask(hello, at % 2 ? { authorization: `Bearer ${chat}` } : {}),
    )
    const answers = await Promise.all(all)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(93)
    expect(upstream.received).toHaveLength(7)
    for (const { body, response } of refused) {
      const { error } = JSON.parse(body.toString())
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
      expect(error).toMatchObject({ type: 'rate_limit_error', code: 'site_quota_reached', param: null })
      expect(response.headers['x-tain-quota-reached']).toBe('messagesPerHour')
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(3_600)
    }
    expect(await used()).toMatchObject({ messages: 7, running: 0 })
  })

  it('never come to more than there is, whatever 100 at once turn out to cost', async () => {
    await setPrice(db(), '*', { input: 1_000_000, cached: 1_000_000, output: 1_000_000 })
    await allow({ costPerMonth: 2_000, tokensPerDay: 1_000 })
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()))
    const passed = answers.filter(({ status }) => status === 200)
    const counted = passed.reduce((sum, { body }) => sum + JSON.parse(body.toString()).usage.total_tokens, 0)
    expect(passed.length).toBeGreaterThan(0)
    expect(passed.length).toBeLessThan(100)
    expect(counted).toBeLessThanOrEqual(1_000)
    expect(await used()).toEqual({ messages: passed.length, tokens: counted, cost: counted, running: 0 })
  })

  it('count the answer where upstream states no usage, and leave its bytes alone', async () => {
    await allow({ tokensPerDay: 100_000 })
    const body = { ...hello, stream: true }
    const metered = await ask(body)
    expect(metered.body.toString()).not.toContain('"usage":{')
    const { tokens } = (await used()) ?? { tokens: 0 }
    const stated = await ask({ ...body, stream_options: { include_usage: true } })
    const usage = usageIn(stated.body.toString())
    expect(tokens).toBeGreaterThan(0)
    expect(usage?.totalTokens).toBeGreaterThan(0)
    // The demo counts in its own way; the same order is what can be said.
    expect(tokens / (usage?.totalTokens ?? 0)).toBeGreaterThan(0.5)
    expect(tokens / (usage?.totalTokens ?? 0)).toBeLessThan(2)
    expect((await upstream.received[0]?.body)?.toString()).toBe(JSON.stringify(body))
  })

  it('charge who leaves early for what was written, and no failure', async () => {
    await allow({ tokensPerDay: 100_000 })
    upstream.script(fault.serverError())
    expect((await ask()).status).toBe(500)
    expect(await used()).toMatchObject({ tokens: 0, running: 0 })
    upstream.script(fault.stall({ afterChunks: 3 }))
    const req = openRequest(host, '/v1/chat/completions', { headers })
    req.on('error', () => {})
    req.end(JSON.stringify({ ...hello, stream: true, max_tokens: 5_000 }))
    const response = await headOf(req)
    await new Promise((resolve) => response.once('data', resolve))
    const line = host.nextLine()
    req.destroy()
    expect((await line).end).toBe('left')
    const now = await used()
    expect(now?.running).toBe(0)
    expect(now?.tokens).toBeGreaterThan(0)
    expect(now?.tokens).toBeLessThan(1_000)
  })

  it('let only the models be asked that are allowed, in whatever way they are spelt', async () => {
    await allow({ models: ['tain-*'] })
    expect((await ask()).status).toBe(200)
    for (const text of [
      '{"model":"gpt-9"}',
      '{"model":"tain-demo","model":"gpt-9"}',
      '{"mod\\u0065l":"gpt-9"}',
      '{}',
      'no',
    ]) {
      const { status, body } = await call(host, '/v1/responses', { body: text, headers })
      expect([status, codeOf(body)]).toEqual([403, 'site_model_not_allowed'])
    }
    const padded = `{"model":"tain-demo","input":"${'x'.repeat(1_100_000)}","model":"gpt-9"}`
    expect((await call(host, '/v1/responses', { body: padded, headers })).status).toBe(403)
    expect(upstream.received).toHaveLength(1)
  })

  it('have no side doors: what cannot be counted is not let through, what costs nothing is', async () => {
    await allow({ tokensPerDay: 100_000, uploadBytes: 10 })
    for (const path of ['/v1/batches', '/v1/realtime/client_secrets', '/v1/chat/completion%73']) {
      const { status, body } = await ask(hello, {}, path)
      expect([status, codeOf(body)]).toEqual([403, 'site_quota_uncountable'])
    }
    expect((await ask({ ...hello, background: true }, {}, '/v1/responses')).status).toBe(403)
    const upload = await call(host, '/v1/files', { body: 'x'.repeat(11), headers })
    expect([upload.status, codeOf(upload.body)]).toEqual([413, 'site_upload_too_large'])
    expect((await call(host, '/v1/models', { headers })).status).toBe(200)
    expect(await used()).toBeUndefined()
  })

  it('go on with what a code added, and charge that', async () => {
    await allow({ tokensPerDay: 0 })
    expect((await ask()).status).toBe(429)
    const [code = ''] = await createRedeemBatch(db(), { name: 'x', count: 1, tokens: 5_000, quota: {} })
    await redeemCode(db(), person, code)
    const { status, body } = await ask()
    expect(status).toBe(200)
    expect(await used()).toMatchObject({ messages: 1, tokens: 0, running: 0 })
    const standing = await findStanding(db(), person, Date.now())
    const { total_tokens: total } = JSON.parse(body.toString()).usage
    expect(standing?.credit).toEqual({ tokens: 5_000 - total, cost: 0 })
    const dear = { ...hello, max_tokens: 10_000 }
    expect((await ask(dear)).status).toBe(429)
  })

  it('count titles in tokens and not as messages, but only for the chat', async () => {
    await allow({ messagesPerHour: 1, tokensPerDay: 100_000 })
    const chat = await signChatToken({ subject: person, secret: chatSecret, ttlMs: 60_000 })
    const aside = { authorization: `Bearer ${chat}`, 'x-tain-aside': 'on' }
    expect((await ask(hello, aside)).status).toBe(200)
    expect((await ask(hello, aside)).status).toBe(200)
    expect((await ask(hello, { 'x-tain-aside': 'on' })).status).toBe(200)
    expect((await ask(hello, { 'x-tain-aside': 'on' })).status).toBe(429)
    const now = await used()
    expect(now).toMatchObject({ messages: 1, running: 0 })
    expect(now?.tokens).toBeGreaterThan(0)
    expect(
      upstream.received.flatMap((it) => Object.keys(it.headers)).filter((name) => name.startsWith('x-tain')),
    ).toEqual([])
  })

  it('write nothing while nobody has any', async () => {
    expect((await ask()).status).toBe(200)
    expect(await used()).toBeUndefined()
  })

  it('are not for the owner, nor for who brings a key', async () => {
    await setRoleQuota(db(), 'user', { messagesPerHour: 0 })
    expect((await ask()).status).toBe(429)
    const quota = { reserve: meter.reserve }
    const byKey = { kind: 'chat', id: person, ownKey: 'sk-of-somebody' } as const
    const request = {
      ...{ method: 'POST', route: '/v1/responses', path: '/responses', announcedBytes: 2 },
      ...{
        isSocket: false,
        isAside: false,
        peekBody: async () => ({ bytes: new Uint8Array(), isWhole: true }),
      },
    }
    expect(await quota.reserve(byKey, request)).toBeUndefined()
    const owner = await insertAccount(db(), { role: 'owner', name: 'who pays' })
    expect(await quota.reserve({ kind: 'chat', id: owner }, request)).toBeUndefined()
    await db().deleteFrom('account').where('id', '=', owner).execute()
  })

  it('send on a body that was looked at, whole, on the other carrier too', async () => {
    await allow({ tokensPerDay: 1_000_000 })
    const findCaller = async (digest: string) => findTokenOwner(db(), digest)
    const other = await startFetchCarrier({ upstreamUrl: upstream.url, lent: { findCaller, meter } })
    try {
      const body = JSON.stringify({ ...hello, pad: 'ä'.repeat(300_000) })
      const digest = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
      for (const at of [host, other]) {
        upstream.reset()
        expect((await call(at, '/v1/chat/completions', { body, headers })).status).toBe(200)
        expect(digest((await upstream.received[0]?.body) ?? '')).toBe(digest(body))
      }
    } finally {
      await other.close()
    }
  })
})
