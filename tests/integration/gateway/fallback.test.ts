import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseFallbackModels } from '#lib/gateway/upstreams/fallback-models.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { call, codeOf } from './clients.ts'
import { carriers, type TestHost } from './hosts.ts'
import { KEYS, keysSeen, startUpstreams, twoAccounts, type UpstreamGroup } from './supplies.ts'

const fallbackModels = parseFallbackModels('large>medium>small')
const json = { 'content-type': 'application/json' }
const willing = { ...json, 'x-tain-fallback': 'on' }
/** Spaces, escapes, a nested `model` and one in a text: none of them may change. */
const bodyFor = (model: string) =>
  `{ "messages":[{"role":"user","content":"\\"model\\": \\u4f60 你好 😀"}],\n "tools":[{"model":"large"}], "model" : ${JSON.stringify(model)} ,"n":1.0}`

describe.each(carriers)('%s carrier: a model at its limit', (_, start) => {
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
  const upstream = () => upstreams.list.slice(0, 1)
  const open = async (accounts: number) => {
    const keys = twoAccounts.slice(0, accounts)
    host = await start({ upstreams: upstreams.settings, keys, fallbackModels })
  }
  const ask = (model: string, headers: Record<string, string>) =>
    call(host, '/v1/chat/completions', { body: bodyFor(model), headers })
  const bodiesSeen = () =>
    Promise.all(upstream().flatMap(({ received }) => received.map(async ({ body }) => String(await body))))

  it('is answered by the next one, which is told, and nothing else of the request changes', async () => {
    await open(1)
    const [only] = upstream()
    only?.script(fault.rateLimited(), answer.json({ ok: true }))
    const { status, response } = await ask('large', willing)
    expect(status).toBe(200)
    expect(response.headers).toMatchObject({ 'x-tain-model-served': 'medium', 'x-tain-attempts': '2' })
    expect(await bodiesSeen()).toEqual([bodyFor('large'), bodyFor('medium')])
  })

  it('is tried with another account first', async () => {
    await open(2)
    upstreams.scriptFirst(fault.rateLimited())
    const { response } = await ask('large', willing)
    expect(response.headers).not.toHaveProperty('x-tain-model-served')
    expect(new Set(upstream().flatMap(keysSeen))).toEqual(new Set(Object.values(KEYS)))
    expect(await bodiesSeen()).toEqual([bodyFor('large'), bodyFor('large')])
  })

  it('and then by the next model, when the other account is at its limit too', async () => {
    await open(2)
    const [only] = upstream()
    only?.script({ ...fault.rateLimited({ retryAfterMs: 60_000 }), times: 2 }, answer.json({ ok: true }))
    const { status, response } = await ask('large', willing)
    expect([status, response.headers['x-tain-model-served']]).toEqual([200, 'medium'])
    expect(await bodiesSeen()).toEqual([bodyFor('large'), bodyFor('large'), bodyFor('medium')])
  })

  it('is not even asked for while every account is at its limit for it, and others are', async () => {
    await open(2)
    const [only] = upstream()
    only?.script({ ...fault.rateLimited({ retryAfterMs: 60_000 }), times: 2 })
    await ask('large', json)
    const before = upstreams.count()
    only?.script({ ...answer.json({ ok: true }), times: 2 })
    const willingly = await ask('large', willing)
    expect([willingly.status, willingly.response.headers['x-tain-model-served']]).toEqual([200, 'medium'])
    expect(willingly.response.headers['x-tain-attempts']).toBe('1')
    expect((await ask('small', json)).status).toBe(200)
    const unwilling = await ask('large', json)
    expect([unwilling.status, codeOf(unwilling.body)]).toEqual([429, 'site_keys_busy'])
    expect(unwilling.body.toString()).toContain('for this model')
    expect((await bodiesSeen()).slice(before)).toEqual([bodyFor('medium'), bodyFor('small')])
  })

  it('passes over every model of the chain that is at its limit', async () => {
    await open(2)
    const [only] = upstream()
    for (const model of ['large', 'medium']) {
      only?.script({ ...fault.rateLimited({ retryAfterMs: 60_000 }), times: 2 })
      await ask(model, json)
    }
    only?.script(answer.json({ ok: true }))
    const { status, response } = await ask('large', willing)
    expect([status, response.headers['x-tain-model-served']]).toEqual([200, 'small'])
  })

  it('is waited for when it is soon, before another one is taken', async () => {
    await open(2)
    const [only] = upstream()
    only?.script({ ...fault.rateLimited({ retryAfterMs: 300 }), times: 2 })
    await ask('large', json)
    only?.script(answer.json({ ok: true }))
    const { status, response } = await ask('large', willing)
    expect(status).toBe(200)
    expect(response.headers).not.toHaveProperty('x-tain-model-served')
  })

  it('stays what it is for callers who did not ask for another', async () => {
    await open(1)
    for (const headers of [json, { ...json, 'x-tain-fallback': 'off' }]) {
      upstreams.scriptFirst(fault.rateLimited())
      const { status, body, response } = await ask('large', headers)
      expect([status, codeOf(body)]).toEqual([429, 'rate_limit_exceeded'])
      expect(response.headers).not.toHaveProperty('x-tain-model-served')
    }
  })

  it.each([
    ['has no successor', bodyFor('small')],
    ['is not named', '{"messages":[]}'],
    ['is named twice', '{"model":"large","model":"medium"}'],
    ['is in no JSON', 'model=large'],
  ])('keeps its answer when it %s', async (_what, body) => {
    await open(1)
    upstreams.scriptFirst(fault.rateLimited())
    const { status } = await call(host, '/v1/chat/completions', { body, headers: willing })
    expect([status, upstreams.count()]).toEqual([429, 1])
  })

  it('is not changed for another kind of failure', async () => {
    await open(1)
    for (const step of [fault.quota(), fault.serverError(500), fault.badRequest()]) {
      upstreams.reset()
      upstreams.scriptFirst(step)
      await ask('large', willing)
      expect(upstreams.count()).toBe(1)
    }
  })

  it('gives its own words when the next one is at its limit too, and names who served them', async () => {
    await open(1)
    const [only] = upstream()
    only?.script(fault.rateLimited({ retryAfterMs: 11 }), fault.rateLimited({ retryAfterMs: 22 }))
    const { status, response } = await ask('large', willing)
    expect([status, upstreams.count()]).toEqual([429, 2])
    expect(response.headers).toMatchObject({ 'retry-after-ms': '22', 'x-tain-model-served': 'medium' })
  })

  it('is told to nobody upstream', async () => {
    await open(1)
    upstreams.scriptFirst(answer.json({}))
    await ask('large', willing)
    expect(upstream()[0]?.received[0]?.headers).not.toHaveProperty('x-tain-fallback')
  })
})
