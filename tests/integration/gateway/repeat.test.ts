import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MAX_HELD_BYTES, MAX_KEPT_BYTES } from '#lib/gateway/exchange.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { freePort } from '../../support/ports.ts'
import { call, codeOf, headOf, openRequest, readToEnd } from './clients.ts'
import { carriers, startNodeCarrier, type TestHost, upstreamAt } from './hosts.ts'
import { KEYS, keysSeen, startUpstreams, twoAccounts, type UpstreamGroup } from './supplies.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const events = ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']
const completions = '/v1/chat/completions'

describe.each(carriers)('%s carrier: two upstreams', (_, start) => {
  let upstreams: UpstreamGroup
  let host: TestHost
  let daring: TestHost
  beforeAll(async () => {
    upstreams = await startUpstreams(2)
    const keys = [{ account: 'a', secret: KEYS.a }]
    host = await start({ upstreams: upstreams.settings, keys })
    daring = await start({ upstreams: upstreams.settings, keys, retryAmbiguous: true })
  })
  afterEach(() => upstreams.reset())
  afterAll(async () => {
    await Promise.all([host.close(), daring.close()])
    await upstreams.close()
  })

  it('repeats a GET whose connection was reset, at the other one', async () => {
    upstreams.scriptFirst(fault.resetBeforeHeaders())
    const { status, response } = await call(host, '/v1/models')
    expect([status, response.headers['x-tain-attempts']]).toEqual([200, '2'])
    expect(upstreams.list.map(({ received }) => received.length)).toEqual([1, 1])
    expect(host.lines.at(-1)).toMatchObject({ attempts: 2, status: 200 })
  })

  it('does not repeat a POST that may have been processed', async () => {
    for (const step of [fault.resetBeforeHeaders(), fault.serverError(500)]) {
      upstreams.reset()
      upstreams.scriptFirst(step)
      const { status } = await call(host, completions, { body: '{}' })
      expect([status, upstreams.count()]).toEqual([step.respond ? 500 : 502, 1])
    }
  })

  it('repeats it where the operator takes the risk, with the same body', async () => {
    const body = randomBytes(300_000)
    upstreams.scriptFirst(fault.resetBeforeHeaders())
    expect((await call(daring, '/v1/files', { body })).response.headers['x-tain-attempts']).toBe('2')
    const digests = await Promise.all(upstreams.list.map(({ received }) => received[0]?.digest))
    expect(digests.map((digest) => digest?.sha256)).toEqual([sha256(body), sha256(body)])
  })

  it('repeats a POST that upstream says it did not take, byte for byte', async () => {
    const body = randomBytes(200_000)
    upstreams.scriptFirst(fault.serverError(503))
    const { response } = await call(host, '/v1/files', { body })
    expect(response.headers['x-tain-attempts']).toBe('2')
    const digests = await Promise.all(upstreams.list.map(({ received }) => received[0]?.digest))
    expect(digests.map((digest) => digest?.sha256)).toEqual([sha256(body), sha256(body)])
  })

  it('sends the rest of an upload to the other one when the first answered in the middle', async () => {
    upstreams.scriptFirst({ ...fault.serverError(503), reading: 'never' })
    const [early, late] = [randomBytes(50_000), randomBytes(50_000)]
    const arrived = upstreams.list.map((upstream) => upstream.nextRequest())
    const first = Promise.race(arrived)
    const req = openRequest(host, '/v1/files')
    req.write(early)
    const [one, two] = await Promise.all(arrived)
    const second = (await first) === one ? two : one
    req.end(late)
    await readToEnd(await headOf(req))
    expect((await second?.digest)?.sha256).toBe(sha256(Buffer.concat([early, late])))
  })

  it('does not repeat a body that is too large to be kept, and delivers it whole', async () => {
    const body = randomBytes(MAX_KEPT_BYTES + 1)
    upstreams.scriptFirst(fault.serverError(503))
    const { status } = await call(host, '/v1/files', { body })
    expect([status, upstreams.count()]).toEqual([503, 1])
    const [request] = upstreams.list.flatMap(({ received }) => received)
    expect((await request?.digest)?.sha256).toBe(sha256(body))
  })

  it('repeats once at most, and then says what upstream said', async () => {
    upstreams.scriptAll(fault.serverError(503))
    const { status, response, body } = await call(host, completions, { body: '{}' })
    expect([status, codeOf(body), upstreams.count()]).toEqual([503, 'server_is_overloaded', 2])
    expect(response.headers['x-tain-attempts']).toBe('2')
  })

  it('repeats nothing once the caller has seen the first byte', async () => {
    upstreams.scriptFirst({ ...answer.sse(events), ...fault.resetMidStream({ afterChunks: 1 }) })
    const { broken } = await call(host, completions, { body: '{}' })
    expect([broken, upstreams.count()]).toEqual([true, 1])
  })

  it('never repeats the caller’s own mistakes, nor charges them to anybody', async () => {
    for (const status of [400, 404, 409, 413, 422]) {
      upstreams.reset()
      upstreams.scriptFirst(answer.json({ error: { message: 'x', code: 'invalid_value' } }, { status }))
      const { status: seen, response } = await call(host, completions, { body: '{}' })
      expect([seen, upstreams.count(), response.headers['x-tain-attempts']]).toEqual([status, 1, '1'])
    }
  })
})

describe.each(carriers)('%s carrier: an upstream that is not there', (_, start) => {
  it('is passed over even for a POST: nothing was sent', async () => {
    const upstreams = await startUpstreams(1)
    const gone = upstreamAt('gone', `http://127.0.0.1:${await freePort()}/v1`)
    const host = await start({ upstreams: [gone, ...upstreams.settings], keys: twoAccounts.slice(1) })
    for (let i = 0; i < 8; i++) {
      const { status, response } = await call(host, completions, { body: '{}' })
      expect([status, response.headers['x-tain-upstream']]).toEqual([400, 'one'])
    }
    expect(host.lines.some(({ attempts }) => attempts === 2)).toBe(true)
    await host.close()
    await upstreams.close()
  })
})

describe.each(carriers)('%s carrier: two accounts', (_, start) => {
  let upstreams: UpstreamGroup
  let host: TestHost
  beforeAll(async () => {
    upstreams = await startUpstreams(1)
  })
  const open = async () => {
    host = await start({ upstreams: upstreams.settings, keys: twoAccounts })
    return host
  }
  afterEach(async () => {
    upstreams.reset()
    await host.close()
  })
  afterAll(() => upstreams.close())
  const upstream = () => {
    const [only] = upstreams.list
    if (!only) throw new Error('no upstream was started')
    return only
  }

  it.each([
    ['rate limit', fault.rateLimited()],
    ['empty account', fault.quota()],
    ['dead key', fault.invalidKey()],
    ['missing right', fault.forbidden()],
  ])('one’s %s is answered by the other', async (_what, step) => {
    await open()
    upstream().script(step)
    const { status, response } = await call(host, '/v1/models')
    expect([status, response.headers['x-tain-attempts']]).toEqual([200, '2'])
    expect(new Set(keysSeen(upstream()))).toEqual(new Set(Object.values(KEYS)))
  })

  it.each([
    ['an empty account', fault.quota(), 'account-out-of-quota'],
    ['a dead key', fault.invalidKey(), 'key-rejected'],
    ['a limited account', fault.rateLimited({ retryAfterMs: 60_000 }), 'account-cooling'],
  ])('%s is left alone from then on, and the operator told', async (_what, step, code) => {
    await open()
    upstream().script(step)
    for (let i = 0; i < 5; i++) expect((await call(host, '/v1/models')).status).toBe(200)
    const [failed, ...others] = keysSeen(upstream())
    expect(others).not.toContain(failed)
    expect(host.events).toMatchObject([{ code, key: `sk-…${failed?.slice(-4)}` }])
    for (const key of Object.values(KEYS)) {
      expect(JSON.stringify([host.events, host.lines])).not.toContain(key)
    }
  })

  it('a missing right is held against nobody', async () => {
    await open()
    upstream().script(fault.forbidden())
    for (let i = 0; i < 4; i++) await call(host, '/v1/models')
    expect(new Set(keysSeen(upstream()).slice(2)).size).toBe(2)
    expect(host.events).toEqual([])
  })

  it('when both are limited, the caller gets upstream’s words, and then the soonest honest time', async () => {
    await open()
    upstream().script({ ...fault.rateLimited({ retryAfterMs: 30_000 }), times: 2 })
    const { status, response, body } = await call(host, completions, { body: '{}' })
    expect([status, codeOf(body)]).toEqual([429, 'rate_limit_exceeded'])
    expect(response.headers['retry-after-ms']).toBe('30000')
    expect(upstream().received).toHaveLength(2)

    const next = await call(host, completions, { body: '{}' })
    expect([next.status, codeOf(next.body)]).toEqual([429, 'site_keys_busy'])
    expect(Number(next.response.headers['retry-after-ms'])).toBeGreaterThan(20_000)
    expect(Number(next.response.headers['retry-after-ms'])).toBeLessThanOrEqual(30_000)
    expect(upstream().received).toHaveLength(2)
  })

  it('when both are dead, a code of its own', async () => {
    await open()
    upstream().script({ ...fault.invalidKey(), times: 2 })
    const { status } = await call(host, '/v1/models')
    expect(status).toBe(401)
    const { response, body } = await call(host, '/v1/models')
    expect([response.statusCode, codeOf(body)]).toEqual([503, 'site_no_working_key'])
    expect(upstream().received).toHaveLength(2)
  })

  it('a held answer is relayed from its first byte to its last, however long it is', async () => {
    await open()
    const body = randomBytes(MAX_HELD_BYTES * 20)
    upstream().script({ ...answer.body([body.subarray(0, 5), body.subarray(5)], { status: 403 }), times: 2 })
    const { status, body: seen, broken } = await call(host, completions, { body: '{}' })
    expect([status, broken, sha256(seen)]).toEqual([403, false, sha256(body)])
  })

  it('a held answer that breaks, breaks for the caller', async () => {
    await open()
    const cut = { how: 'reset', afterChunks: 1 } as const
    upstream().script({ ...answer.body(['{"error"', ':{}}'], { status: 403 }), cut, times: 2 })
    const { body, broken } = await call(host, completions, { body: '{}' })
    expect([body.toString(), broken]).toEqual(['{"error"', true])
  })

  it('a caller who leaves while an answer is held frees upstream', async () => {
    await open()
    upstream().script({ ...answer.body(['{', '}'], { status: 429 }), cut: { how: 'stall', afterChunks: 1 } })
    const pending = upstream().nextRequest()
    const line = host.nextLine()
    const req = openRequest(host, completions)
    req.on('error', () => {})
    req.end('{}')
    const received = await pending
    await received.digest
    req.destroy()
    expect(await received.closed).toBe('aborted')
    expect(await line).toMatchObject({ end: 'left' })
  })
})

describe.each(carriers)('%s carrier: stored objects', (_, start) => {
  it('are followed by the account that made them', async () => {
    const upstreams = await startUpstreams(1)
    const [upstream] = upstreams.list
    if (!upstream) throw new Error('no upstream was started')
    const host = await start({ upstreams: upstreams.settings, keys: twoAccounts })
    const ids: string[] = []
    for (let i = 0; i < 4; i++) {
      const stream = i % 2 === 0
      const { body } = await call(host, '/v1/responses', {
        body: JSON.stringify({ model: 'tain-demo', input: 'x', stream }),
        headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' },
      })
      ids.push(/"id":\s*"(resp_[^"]+)"/.exec(body.toString())?.[1] ?? 'no id')
    }
    const makers = keysSeen(upstream)
    expect(new Set(makers).size).toBe(2)
    for (const [i, id] of ids.entries()) {
      for (const path of [`/v1/responses/${id}`, `/v1/responses/${id}/input_items?limit=1`]) {
        await call(host, path)
        expect(keysSeen(upstream).at(-1), path).toBe(makers[i])
      }
    }
    // The id stands behind a megabyte that was read ahead, and more comes after it.
    const long = 'x'.repeat(700_000)
    for (const [i, id] of ids.entries()) {
      const ask = { model: 'tain-demo', instructions: long, previous_response_id: id, input: long }
      for (const body of [
        JSON.stringify({ ...ask, instructions: '', input: 'go on' }),
        JSON.stringify(i === 0 ? { ...ask, instructions: '' } : { ...ask, input: '' }),
      ]) {
        await call(host, '/v1/responses', { body, headers: { 'content-type': 'application/json' } })
        expect(keysSeen(upstream).at(-1), 'a body names it').toBe(makers[i])
        expect(String(await upstream.received.at(-1)?.body) === body, 'the body is whole').toBe(true)
      }
    }
    // Not even its rate limit sends a follow-up to an account that cannot know the object.
    upstream.script(fault.rateLimited({ retryAfterMs: 60_000 }))
    const before = upstream.received.length
    expect((await call(host, `/v1/responses/${ids[0]}`)).status).toBe(429)
    expect(upstream.received.length).toBe(before + 1)
    await host.close()
    await upstreams.close()
  })
})

describe.each(carriers)('%s carrier: keys of their own', (_, start) => {
  it('are sent to their upstream only', async () => {
    const upstreams = await startUpstreams(2)
    const keys = [
      { account: 'a', secret: KEYS.a, upstream: 'one' },
      { account: 'b', secret: KEYS.b, upstream: 'two' },
    ]
    const host = await start({ upstreams: upstreams.settings, keys })
    for (let i = 0; i < 10; i++) await call(host, '/v1/models')
    const [one, two] = upstreams.list.map((upstream) => new Set(keysSeen(upstream)))
    expect([one, two]).toEqual([new Set([KEYS.a]), new Set([KEYS.b])])
    upstreams.reset()
    upstreams.scriptFirst(fault.invalidKey())
    for (let i = 0; i < 3; i++) expect((await call(host, '/v1/models')).status).toBe(200)
    await host.close()
    await upstreams.close()
  })
})

describe.each(carriers)('%s carrier: a storm', (_, start) => {
  it('of failures costs upstream hardly more calls than callers made', async () => {
    const upstreams = await startUpstreams(2)
    upstreams.scriptAll(fault.serverError(503))
    const host = await start({ upstreams: upstreams.settings, keys: twoAccounts })
    const calls = 400
    for (let i = 0; i < calls; i += 20) {
      await Promise.all(Array.from({ length: 20 }, () => call(host, completions, { body: '{}' })))
    }
    expect(upstreams.count()).toBeLessThanOrEqual(calls * 1.1)
    upstreams.reset()
    await host.close()
    await upstreams.close()
  })
})

describe('node carrier: a compressed error', () => {
  it('is understood, and relayed as it came', async () => {
    const upstreams = await startUpstreams(1)
    const host = await startNodeCarrier({ upstreams: upstreams.settings, keys: twoAccounts })
    const zipped = gzipSync('{"error":{"code":"insufficient_quota","type":"insufficient_quota"}}')
    const headers = [['content-encoding', 'gzip']] as const
    upstreams.list[0]?.script({ ...answer.body(zipped, { status: 429, headers }), times: 2 })
    const { status, body } = await call(host, '/v1/models', { headers: { 'accept-encoding': 'gzip' } })
    expect([status, body.equals(zipped)]).toEqual([429, true])
    expect(host.events).toMatchObject([{ code: 'account-out-of-quota' }, { code: 'account-out-of-quota' }])
    await host.close()
    await upstreams.close()
  })
})

describe('node carrier: keys replaced under load', () => {
  it('fails no request', async () => {
    const upstreams = await startUpstreams(1)
    const host = await startNodeCarrier({ upstreams: upstreams.settings, keys: twoAccounts })
    const statuses: (number | undefined)[] = []
    const secretOf = (generation: number) => `sk-canary-generation-${generation}-0123456789`
    const generations = 25
    for (let generation = 0; generation < generations; generation++) {
      const secret = secretOf(generation)
      // Requests of the last generation are still under way when its keys go.
      const running = Array.from({ length: 20 }, () => call(host, '/v1/models'))
      await running[0]
      host.gateway?.replace({
        upstreams: upstreams.settings,
        keys: [{ account: `${generation}`, secret }, ...twoAccounts.slice(generation % 2, 1)],
      })
      statuses.push(...(await Promise.all(running)).map(({ status }) => status))
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(upstreams.list.flatMap(keysSeen)).toContain(secretOf(generations - 2))
    await host.close()
    await upstreams.close()
  })
})
