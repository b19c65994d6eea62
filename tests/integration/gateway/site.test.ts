import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { freePort } from '../../support/ports.ts'
import { KEYS, keysSeen } from './supplies.ts'

const operatorToken = 'operator-0123456789abcdef0123456789abcdef'
const relaySecret = 'relay-canary-0123456789'

/** Waits until the site has printed a line with this in it. */
async function printed(site: Site, pattern: RegExp): Promise<string> {
  for (;;) {
    const line = site
      .output()
      .split('\n')
      .find((text) => pattern.test(text))
    if (line) return line
    await new Promise(setImmediate)
  }
}

describe('the Node host with several upstreams and accounts', () => {
  let upstreams: DemoUpstream[]
  let site: Site
  beforeAll(async () => {
    const options = { tokensPerSecond: Number.POSITIVE_INFINITY }
    upstreams = await Promise.all([createDemoUpstream(options), createDemoUpstream(options)])
    const [one, two] = upstreams.map(({ url }) => url)
    site = await startNodeSite({
      env: {
        UPSTREAMS: `one=${one},two=${two}`,
        OPENAI_API_KEYS: `a:${KEYS.a},b:${KEYS.b}`,
        KEY_RATE: 'off',
        OPERATOR_TOKEN: operatorToken,
        CALLER_STREAMS: '3',
        BYOK: 'on',
        ADDRESS_RATE: '1/h',
        ADDRESS_BURST: '2',
        RELAY_SECRET: relaySecret,
      },
    })
  })
  afterAll(async () => {
    await site.stop()
    await Promise.all(upstreams.map((upstream) => upstream.close()))
  })
  const get = (path: string, token: string) =>
    fetch(site.url + path, { headers: { authorization: `Bearer ${token}` } })

  it('serves, repeats, and shows the operator how it went', async () => {
    upstreams[0]?.script(fault.forbidden())
    for (let i = 0; i < 12; i++) {
      const response = await get('/v1/models', site.token)
      expect([response.status, Number(response.headers.get('x-tain-attempts'))]).toEqual([
        200,
        expect.any(Number),
      ])
    }
    const status = await get('/gateway/status', operatorToken)
    expect(await status.json()).toMatchObject({
      upstreams: [{ upstream: 'one' }, { upstream: 'two' }],
      accounts: [{ account: 'a' }, { account: 'b' }],
    })
    expect((await get('/gateway/status', site.token)).status).toBe(401)
    // The upstreams may be relays.
    expect(upstreams.flatMap(({ received }) => received)[0]?.headers['x-tain-relay-secret']).toBe(relaySecret)
    expect(upstreams.flatMap(keysSeen)).toContain(KEYS.b)
  })

  it('limits strangers by address and callers by their streams', async () => {
    const strangers: number[] = []
    for (let i = 0; i < 5; i++) strangers.push((await get('/v1/models', `guess-${i}-abcdefgh`)).status)
    expect(strangers).toEqual([200, 200, 200, 429, 429])

    const live = [0, 1, 2].map(() => createLiveAnswer())
    for (const upstream of upstreams) upstream.script(...live.map(({ step }) => step))
    const body = JSON.stringify({
      model: 'tain-demo',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    })
    const headers = { authorization: `Bearer ${site.token}`, 'content-type': 'application/json' }
    const leave = new AbortController()
    const post = () =>
      fetch(`${site.baseUrl}/chat/completions`, { method: 'POST', headers, body, signal: leave.signal })
    for (const { say } of live) say('x')
    await Promise.all([post(), post(), post()])
    expect((await get('/v1/models', site.token)).status).toBe(429)
    leave.abort()
    await printed(site, /"end":"left"/)
    for (const upstream of upstreams) upstream.reset()
  })

  it('takes over its settings again on SIGHUP while a stream runs', async () => {
    const live = createLiveAnswer()
    for (const upstream of upstreams) upstream.script(live.step)
    const body = JSON.stringify({
      model: 'tain-demo',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    })
    const headers = { authorization: `Bearer ${site.token}`, 'content-type': 'application/json' }
    live.say('before')
    const response = await fetch(`${site.baseUrl}/chat/completions`, { method: 'POST', headers, body })
    void site.kill('SIGHUP')
    expect(JSON.parse(await printed(site, /"event":"reloaded"/))).toMatchObject({ count: 2 })
    live.say('after')
    live.finish()
    expect(await response.text()).toMatch(/before[\s\S]*after[\s\S]*\[DONE\]/)
  })

  it('has printed no secret', () => {
    expect(site.output()).not.toMatch(/canary/)
    for (const secret of [operatorToken, site.token, 'guess-']) expect(site.output()).not.toContain(secret)
  })
})

describe('the Node host with keys in a file', () => {
  it('asks with them, and takes over new ones as they are written', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tain-keys-'))
    const file = path.join(folder, 'keys')
    await writeFile(file, `# of the first week\na:${KEYS.a}\n`)
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const site = await startNodeSite({
      env: { UPSTREAMS: `only=${upstream.url}`, KEYS_FROM: `file:${file}` },
    })
    const ask = () => fetch(`${site.baseUrl}/models`, { headers: { authorization: `Bearer ${site.token}` } })
    expect((await ask()).status).toBe(200)
    await writeFile(file, `b:${KEYS.b}\n`)
    expect(JSON.parse(await printed(site, /"event":"reloaded"/))).toMatchObject({ count: 1 })
    expect((await ask()).status).toBe(200)
    expect(keysSeen(upstream)).toEqual([KEYS.a, KEYS.b])
    expect(site.output()).not.toMatch(/canary/)
    await site.stop()
    await upstream.close()
    await rm(folder, { recursive: true })
  })
})

describe('the Node host with a Redis that is away', () => {
  it('keeps to its limits by itself, and says so', async () => {
    const site = await startNodeSite({
      env: {
        REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
        OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
        CALLER_RATE: '1/h',
        CALLER_BURST: '2',
      },
    })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) {
      const headers = { authorization: `Bearer ${site.token}` }
      statuses.push((await fetch(`${site.baseUrl}/models`, { headers })).status)
    }
    expect(statuses).toEqual([502, 502, 502, 429, 429])
    expect(JSON.parse(await printed(site, /limits_local/))).toMatchObject({
      level: 'warn',
      code: 'ECONNREFUSED',
    })
    await site.stop()
  })
})
