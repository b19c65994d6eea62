import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { type Site, type SiteOptions, SiteStartError, startNodeSite } from '#tests/support/site.ts'

const root = path.resolve(import.meta.dirname, '../..')

const open: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.stop()
})

async function start(options: SiteOptions = {}): Promise<Site> {
  const site = await startNodeSite(options)
  open.push(site)
  return site
}

/** The start that must not succeed. */
async function failedStart(env: Record<string, string>): Promise<SiteStartError> {
  const result = await start({ env }).catch((error: unknown) => error)
  if (result instanceof SiteStartError) return result
  throw new Error(`the site should have refused to start: ${result}`)
}

/** What was printed, without empty lines. */
const lines = (output: string) =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

describe('a wrong setting stops the start', () => {
  const secret = `not a secret ${randomBytes(6).toString('hex')}`

  test.each([
    ['PORT', '70000'],
    ['OPENAI_API_KEY', secret],
    ['OPENAI_BASE_URL', 'https://user:hunter2@relay.example.org'],
    ['AUTH_SECRET', secret],
    ['GATEWAY_TOKENS', `${'t'.repeat(20)},${secret}`],
    ['DATABASE_URL', `mysql://root:${secret}@db/tain`],
    ['DRAIN_TIMEOUT', 'soon'],
  ])('%s', async (name, value) => {
    const { exit, output } = await failedStart({ [name]: value })
    expect(exit).toEqual({ code: 1, signal: null })
    expect(lines(output)).toEqual([expect.stringMatching(new RegExp(`^${name} must be .+\\.$`))])
    expect(output).not.toContain(secret)
    expect(output).not.toContain('hunter2')
  })
})

describe('what the machine refuses stops the start with a sentence', () => {
  test('a port that is taken', async () => {
    const other = await listenAnywhere()
    open.push({ stop: () => new Promise((resolve) => other.close(resolve)) })
    const address = other.address()
    const port = String(address && typeof address === 'object' ? address.port : 0)
    const { exit, output } = await failedStart({ PORT: port })
    expect(exit.code).toBe(1)
    expect(lines(output).at(-1)).toMatch(new RegExp(`^PORT ${port} is in use .+\\.$`))
    expect(output).not.toMatch(/^\s+at /m)
  })

  test('a database that is not there, without its password', async () => {
    const { exit, output } = await failedStart({ DATABASE_URL: 'postgres://jane:hunter2@127.0.0.1:9/tain' })
    expect(exit.code).toBe(1)
    expect(lines(output)).toEqual([expect.stringMatching(/^The database could not be opened: .+\.$/)])
    expect(output).not.toContain('hunter2')
  })

  test('a data directory that is a file', async () => {
    const { exit, output } = await failedStart({ DATA_DIR: path.join(root, 'package.json') })
    expect(exit.code).toBe(1)
    expect(lines(output)).toHaveLength(1)
    expect(output).toContain('package.json')
  })
})

describe('a start', () => {
  test('without a key says that answers come from the demo', async () => {
    const site = await start()
    expect(site.output()).toMatch(/^\s*Site\s+http:\/\//m)
    expect(site.output()).toMatch(/^\s*Upstream\s.*demo/im)
    expect(site.output()).toMatch(/no key/i)
    expect(site.output()).toMatch(/unofficial service, not affiliated with OpenAI/i)
  })

  test('with a key says where answers come from, and shows no secret', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    open.push({ stop: () => upstream.close() })
    const secrets = {
      OPENAI_API_KEY: `key-${randomBytes(12).toString('hex')}`,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      GATEWAY_TOKENS: `token-${randomBytes(12).toString('hex')}`,
    }
    const site = await start({ env: { OPENAI_BASE_URL: upstream.url, ...secrets } })
    expect(site.output()).toContain(upstream.url)
    expect(site.output()).toMatch(/key set/)
    expect(site.output()).not.toMatch(/demo/i)
    for (const secret of Object.values(secrets)) expect(site.output()).not.toContain(secret)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'answers the probes of whoever supervises it, and ends cleanly on %s',
    async (signal) => {
      const site = await start()
      for (const probe of ['/healthz', '/readyz']) {
        const response = await fetch(`${site.url}${probe}`)
        expect(response.status, probe).toBe(200)
        await response.body?.cancel()
      }
      expect(await site.kill(signal)).toEqual({ code: 0, signal: null })
      await expect(fetch(`${site.url}/healthz`)).rejects.toThrow()
    },
  )

  test('keeps what it made for the next one', async () => {
    const env = { AUTH_SECRET: '', GATEWAY_TOKENS: '', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }
    const first = await start({ env })
    await first.kill('SIGTERM')
    const read = async () => {
      const file = path.join(first.dataDir, 'gateway-token')
      return { token: await readFile(file, 'utf8'), mode: (await stat(file)).mode & 0o777 }
    }
    const made = await read()
    expect(made.mode).toBe(0o600)
    expect(first.output()).not.toContain(made.token.trim())
    await start({ env, dataDir: first.dataDir })
    expect(await read()).toEqual(made)
  })
})
