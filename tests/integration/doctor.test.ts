import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig, settings } from '#lib/config.ts'
import { openDatabase } from '#lib/db/database.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { createAuthority } from '#tests/support/certificates.ts'
import { freePort } from '#tests/support/ports.ts'
import { withPostgres } from '#tests/support/with-postgres.ts'
import { examineSettings, nearestSetting } from '../../scripts/doctor/examine-settings.ts'
import { examineClock, examineNode, examinePort } from '../../scripts/doctor/examine-site.ts'
import { examineDatabase, examineDisk, examineRedis } from '../../scripts/doctor/examine-storage.ts'
import { examineUpstreams } from '../../scripts/doctor/examine-upstreams.ts'
import type { Finding } from '../../scripts/doctor/finding.ts'

const KEY = 'sk-canary-0123456789abcdef'
const root = path.resolve(import.meta.dirname, '../..')
const told = (findings: readonly Finding[]) => findings.map(({ state, says }) => `${state}: ${says}`)

function temporary(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'tain-doctor-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

describe('upstreams', () => {
  let upstream: DemoUpstream
  beforeAll(async () => {
    upstream = await createDemoUpstream()
  })
  afterAll(() => upstream.close())
  const examine = async (env: Record<string, string> = {}) => {
    const config = parseConfig({ OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: KEY, ...env })
    return examineUpstreams(config)
  }

  it('that answer are told with their time, their models and their clock', async () => {
    const { findings, clocks } = await examine()
    expect(told(findings)).toEqual([
      expect.stringMatching(/^well: compatible with sk-…cdef answered in \d+ ms with \d+ models\.$/),
    ])
    expect(Math.abs(clocks[0]?.aheadMs ?? Number.NaN)).toBeLessThan(5_000)
  })

  it.each([
    ['wrong', 'says that the key is void', fault.invalidKey()],
    ['wrong', 'says that the account has no quota left', fault.quota()],
    ['remark', 'is limiting this key at the moment', fault.rateLimited()],
    ['remark', 'does not let this key list models', fault.forbidden()],
    ['wrong', 'is overloaded', fault.serverError(503)],
    ['wrong', 'has no API at', answer.json({}, { status: 404 })],
    [
      'wrong',
      'refused it (unsupported_country_region_territory)',
      answer.json({ error: { code: 'unsupported_country_region_territory' } }, { status: 403 }),
    ],
    ['wrong', 'something that is no list of models', answer.body('<html>')],
    ['wrong', 'could not be reached', fault.resetBeforeHeaders()],
  ])('are %s: %s', async (state, says, step) => {
    upstream.script(step)
    const { findings } = await examine()
    expect(findings).toEqual([expect.objectContaining({ state, says: expect.stringContaining(says) })])
    expect(JSON.stringify(findings)).not.toContain(KEY)
  })

  it('are asked with the keys that may be sent there, and each is judged for itself', async () => {
    const other = 'sk-canary-fedcba9876543210'
    upstream.reset()
    const { findings } = await examine({
      OPENAI_API_KEY: '',
      OPENAI_API_KEYS: `a@one:${KEY},b:${other}`,
      UPSTREAMS: `one=${upstream.url},two=${upstream.url}`,
    })
    expect(told(findings).map((text) => text.slice(0, 24))).toEqual([
      'well: one with sk-…cdef ',
      'well: two with sk-…3210 ',
    ])
  })

  it('that nobody knows, that do not listen, or that show a wrong certificate are told apart', async () => {
    const authority = await createAuthority()
    onTestFinished(authority.remove)
    const impostor = createTlsServer(await authority.issue('localhost')).listen(0, '127.0.0.1')
    await once(impostor, 'listening')
    onTestFinished(() => void impostor.close())
    // A server that listens on TCP has an AddressInfo.
    const { port } = impostor.address() as AddressInfo
    const closed = await freePort()
    const { findings } = await examine({
      UPSTREAMS: `gone=https://nobody.invalid,shut=http://127.0.0.1:${closed},false=https://localhost:${port}`,
    })
    expect(told(findings)).toEqual([
      expect.stringContaining('gone with sk-…cdef: nobody here knows the name nobody.invalid'),
      expect.stringContaining(`nothing listens at 127.0.0.1:${closed}`),
      expect.stringContaining('a certificate that this machine does not accept'),
    ])
  })

  it('may have other models than the chat wants', async () => {
    upstream.reset()
    const { findings } = await examine({ OPENAI_MODEL: 'none-such' })
    expect(told(findings)[0]).toContain('none-such, the chat’s model'.replace('’', "'"))
  })
})

describe('the database', () => {
  const examine = async (DATA_DIR: string) =>
    told((await examineDatabase(parseConfig({ DATA_DIR }))).findings)

  it('is made later, is sound, is of a newer version, or is damaged', async () => {
    const directory = temporary()
    expect(await examine(directory)).toEqual([expect.stringContaining('will be made at the first start')])
    await (await openDatabase(parseConfig({ DATA_DIR: directory }))).destroy()
    expect(await examine(directory)).toEqual([
      expect.stringContaining('tain.db is sound'),
      'well: Its tables are those of this version.',
    ])
    const file = new DatabaseSync(path.join(directory, 'tain.db'))
    file.exec("insert into kysely_migration values ('9999-later', '2030-01-01')")
    file.close()
    expect((await examine(directory))[1]).toContain('wrong: The database was written by a newer version')
    writeFileSync(path.join(directory, 'tain.db'), 'no database')
    expect(await examine(directory)).toEqual([expect.stringContaining('wrong: The database cannot be read')])
  })

  it('that does not listen is told with what to do', async () => {
    const config = parseConfig({ DATABASE_URL: `postgres://u:canary@127.0.0.1:${await freePort()}/tain` })
    const { findings } = await examineDatabase(config)
    expect(findings).toMatchObject([{ state: 'wrong', advice: expect.stringContaining('Nothing listens') }])
    expect(JSON.stringify(findings)).not.toContain('canary')
  })

  withPostgres('PostgreSQL', (databaseUrl) => {
    it('answers with its version, its clock and its tables', async () => {
      const { findings, clocks } = await examineDatabase(parseConfig({ DATABASE_URL: databaseUrl() }))
      expect(told(findings)).toEqual([
        expect.stringMatching(/^well: PostgreSQL \d+.* answered in \d+ ms\.$/),
        'well: It is empty; the first start makes its tables.',
      ])
      expect(Math.abs(clocks[0]?.aheadMs ?? Number.NaN)).toBeLessThan(5_000)
    })
  })
})

describe('the rest', () => {
  it('Redis that does not listen is wrong, and none is nothing', async () => {
    const REDIS_URL = `redis://:canary@127.0.0.1:${await freePort()}`
    const findings = await examineRedis(parseConfig({ REDIS_URL }))
    expect(told(findings)).toEqual([expect.stringContaining('wrong: Redis does not answer (ECONNREFUSED)')])
    expect(JSON.stringify(findings)).not.toContain('canary')
    expect(await examineRedis(parseConfig({}))).toEqual([])
  })

  it('a clock that is off, an old Node and a folder that is not there yet', () => {
    expect(told(examineClock([{ whose: 'openai', aheadMs: 61_000 }]))).toEqual([
      'wrong: openai is 61 s ahead of this machine.',
    ])
    expect(examineClock([{ whose: 'openai', aheadMs: -800 }])[0]?.state).toBe('well')
    expect(examineNode('22.1.0').state).toBe('wrong')
    expect(told(examineDisk(parseConfig({ DATA_DIR: path.join(tmpdir(), 'none/such') })))[0]).toContain(
      'MB are free in',
    )
  })

  it('a port that is free, taken by others, or the site’s own', async () => {
    const PORT = await freePort()
    const examine = async () => (await examinePort({ HOST: '127.0.0.1', PORT })).says
    expect(await examine()).toContain('is free')
    let body = 'hello'
    const server = createServer((_, res) => res.end(body))
    server.listen(PORT, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    expect(await examine()).toContain('Something else than the site')
    body = '{"status":"ready"}'
    expect(await examine()).toContain('is ready')
    body = '{"status":"not ready","database":"not open","upstream":"configured"}'
    expect(await examine()).toContain('the database is not open')
  })

  it('settings that are misspelt, open to others, or surprising together', () => {
    const directory = temporary()
    writeFileSync(path.join(directory, '.env'), 'OPENAI_APIKEY=sk-canary\nSOMETHING_ELSE=1\n  PORT=1\n')
    chmodSync(path.join(directory, '.env'), 0o644)
    const config = parseConfig({ HOST: '0.0.0.0', GUESTS: 'open' })
    const findings = examineSettings(directory, config)
    expect(told(findings)).toEqual([
      'well: All are valid.',
      'remark: .env can be read by other users of this machine.',
      "remark: OPENAI_APIKEY in .env is no setting of Tain's.",
      'remark: Everybody who can reach this machine may chat at your expense.',
      expect.stringContaining('travel unencrypted'),
      'remark: The terms and the privacy page name nobody.',
    ])
    expect(findings[2]?.advice).toBe('Did you mean OPENAI_API_KEY?')
    expect([nearestSetting('DATABSE_URL'), nearestSetting('HOME')]).toEqual(['DATABASE_URL', undefined])
    const hidden = { SITE_URL: 'https://chat.example.org', OPERATOR_CONTACT: 'me@example.org' }
    expect(told(examineSettings(directory, parseConfig(hidden))).at(-1)).toContain(
      'all callers are one address',
    )
  })

  it('is a command that says it all and ends with 1 when something is wrong', async () => {
    const run = async (env: Record<string, string>) => {
      const child = spawn(process.execPath, ['scripts/doctor.ts'], {
        cwd: root,
        env: {
          ...Object.fromEntries(Object.keys(settings).map((name) => [name, ''])),
          NODE_ENV: 'production',
          ...env,
        },
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      const [code] = await once(child, 'close')
      return { code, output }
    }
    const DATA_DIR = temporary()
    const [well, wrong] = await Promise.all([
      run({ DATA_DIR, PORT: String(await freePort()) }),
      run({ DATA_DIR, OPENAI_API_KEY: 'canary key' }),
    ])
    expect(well.output).toContain('Set OPENAI_API_KEY')
    expect([well.code, wrong.code]).toEqual([0, 1])
    expect(wrong.output).toContain('✗ Settings  OPENAI_API_KEY must be at least 8 visible ASCII characters')
    expect(wrong.output).toMatch(/1 thing is wrong/)
    expect(wrong.output).not.toContain('canary')
  })
})
