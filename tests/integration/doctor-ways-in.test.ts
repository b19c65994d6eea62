import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseConfig, settings } from '#lib/config.ts'
import { createAuthority } from '#tests/support/certificates.ts'
import { type MailServer, startMailServer } from '#tests/support/mail-server.ts'
import { type OidcProvider, startOidcProvider } from '#tests/support/oidc-provider.ts'
import { freePort } from '#tests/support/ports.ts'
import { examineMail } from '../../scripts/doctor/examine-mail.ts'
import { examineSignIn } from '../../scripts/doctor/examine-sign-in.ts'
import type { Finding } from '../../scripts/doctor/finding.ts'

const root = path.resolve(import.meta.dirname, '../..')
const told = (findings: readonly Finding[]) => findings.map(({ state, says }) => `${state}: ${says}`)
const SITE_URL = 'http://localhost:3000'

describe('the mail server', () => {
  let mail: MailServer
  beforeAll(async () => {
    mail = await startMailServer()
  })
  afterAll(() => mail.close())
  const examine = async (SMTP_URL: string) => {
    const findings = await examineMail(parseConfig({ SMTP_URL, MAIL_FROM: 'tain@example.org', SITE_URL }))
    expect(JSON.stringify(findings)).not.toContain('canary')
    return findings
  }

  it('that lets the site in is told with its time, and gets no letter', async () => {
    expect(told(await examine(mail.url))).toEqual([
      expect.stringMatching(
        /^well: 127\.0\.0\.1:\d+ lets this site in, unencrypted and with user and password, in \d+ ms\.$/,
      ),
    ])
    expect(mail.received).toEqual([])
    expect(await examineMail(parseConfig({}))).toEqual([])
  })

  it.each([
    [
      'a wrong password',
      'smtp://tain:canary@127.0.0.1:PORT?tls=off',
      'does not take the user or the password (535)',
      '%-codes',
    ],
    [
      'TLS from the start where there is none',
      'smtps://tain:canary@127.0.0.1:PORT',
      'does not speak TLS from the start',
      'smtp://',
    ],
    [
      'a name that nobody knows',
      'smtp://nobody.invalid:587',
      'nobody here knows the name nobody.invalid',
      'DNS',
    ],
  ])('is judged: %s', async (_, url, says, advice) => {
    const [finding] = await examine(url.replace('PORT', String(mail.port)))
    expect(finding).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining(says),
      advice: expect.stringContaining(advice),
    })
  })

  it('that is away, is another server, does not encrypt, or shows a wrong certificate is told apart', async () => {
    const other = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    )
    const bare = createTcpServer((socket) => {
      socket.write('220 bare\r\n')
      socket.on('data', (line) =>
        socket.write(/^(EHLO|HELO)/.test(String(line)) ? '250 bare\r\n' : '502 no\r\n'),
      )
      socket.on('error', () => undefined)
    }).listen(0, '127.0.0.1')
    const expired = await startMailServer({ offersTls: true })
    onTestFinished(async () => {
      other.close()
      bare.close()
      await expired.close()
    })
    await Promise.all([other, bare].map((server) => server.listening || once(server, 'listening')))
    const portOf = (server: typeof other) => (server.address() as AddressInfo).port // it listens on TCP
    const says = async (port: number) => (await examine(`smtp://tain:canary@127.0.0.1:${port}`))[0]?.says
    expect(await says(await freePort())).toContain('nothing listens at')
    expect(await says(portOf(other))).toContain('is no mail server')
    expect(await says(portOf(bare))).toContain('does not offer STARTTLS, and nothing is sent unencrypted')
    expect(await says(expired.port)).toContain('shows a certificate that this machine does not accept')
  })
})

describe('sign-in services', () => {
  let oidc: OidcProvider
  beforeAll(async () => {
    oidc = await startOidcProvider(`${SITE_URL}/api/auth/callback/oidc`)
  })
  afterAll(() => oidc.close())
  const examine = async (env: Record<string, string>) => {
    const { findings, clocks } = await examineSignIn(
      parseConfig({
        SITE_URL,
        OIDC_ISSUER: oidc.issuer,
        OIDC_CLIENT_ID: oidc.clientId,
        OIDC_CLIENT_SECRET: oidc.clientSecret,
        OIDC_NAME: 'Example Ltd',
        ...env,
      }),
    )
    expect(JSON.stringify(findings)).not.toContain('canary')
    return { findings, clocks }
  }

  it('that describe themselves and know this site are well, and none is nothing', async () => {
    const { findings, clocks } = await examine({})
    expect(told(findings)).toEqual([
      expect.stringMatching(/^well: Example Ltd describes itself at http:.* in \d+ ms\.$/),
    ])
    expect(Math.abs(clocks[0]?.aheadMs ?? Number.NaN)).toBeLessThan(5_000)
    expect(await examineSignIn(parseConfig({}))).toEqual({ findings: [], clocks: [] })
  })

  it('that do not know this site, have nothing there, or do not listen are told with what to do', async () => {
    const secret = await examine({ OIDC_CLIENT_SECRET: 'canary-another-secret' })
    expect(secret.findings).toMatchObject([
      {
        state: 'wrong',
        says: 'Example Ltd does not know this site by its id and secret (invalid_client).',
        advice: expect.stringContaining('OIDC_CLIENT_SECRET'),
      },
    ])
    const nothing = await examine({ OIDC_ISSUER: `${oidc.issuer}/realms/none` })
    expect(told(nothing.findings)).toEqual([
      expect.stringContaining('wrong: Example Ltd has status 404 at http:'),
    ])
    const closed = await examine({ OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` })
    expect(told(closed.findings)).toEqual([expect.stringContaining('wrong: Example Ltd: nothing listens at')])
  })

  /** What a provider says of itself, and its keys. */
  async function issuerThatSays(over: object, keys: object[] = [{ kty: 'RSA' }]): Promise<string> {
    const server: Server = createServer((request, response) => {
      const own = `http://${request.headers.host}`
      const metadata = {
        issuer: own,
        authorization_endpoint: `${own}/authorize`,
        token_endpoint: `${own}/token`,
        jwks_uri: `${own}/keys`,
        ...over,
      }
      const json =
        request.url === '/keys' ? { keys } : request.method === 'POST' ? { error: 'invalid_grant' } : metadata
      response.setHeader('content-type', 'application/json').end(JSON.stringify(json))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const judged = async (over: object, env: Record<string, string> = {}, keys?: object[]) =>
    told((await examine({ OIDC_ISSUER: await issuerThatSays(over, keys), ...env })).findings)

  it('are asked whether what they say of themselves would let people in', async () => {
    const entra = 'https://login.microsoftonline.com/{tenantid}/v2.0'
    expect(await judged({ issuer: entra })).toEqual([
      expect.stringContaining(`wrong: Example Ltd calls itself ${entra}`),
    ])
    expect(await judged({ token_endpoint_auth_methods_supported: ['private_key_jwt'] })).toEqual([
      expect.stringContaining('wrong: Example Ltd cannot do client_secret_basic'),
    ])
    expect(await judged({}, {}, [])).toEqual([expect.stringContaining('wrong: Example Ltd has no keys at')])
    expect(await judged({ jwks_uri: undefined })).toEqual([
      expect.stringContaining('has no metadata of OpenID Connect'),
    ])
  })

  it('that do not verify addresses are worth knowing, and wrong where an address decides', async () => {
    const unverified = { claims_supported: ['sub', 'iss', 'email', 'name'] }
    expect(await judged(unverified)).toEqual([
      expect.stringContaining('well: Example Ltd describes itself'),
      expect.stringContaining('remark: Example Ltd does not say whether addresses are verified'),
    ])
    expect(await judged(unverified, { PROVIDER_EMAIL_DOMAINS: 'example.org' })).toEqual([
      expect.stringContaining('PROVIDER_EMAIL_DOMAINS lets nobody in'),
    ])
  })

  it('GitHub is asked whether it knows this site', async () => {
    let error = 'bad_verification_code'
    const gitHub = createServer((_, response) => response.end(JSON.stringify({ error }))).listen(
      0,
      '127.0.0.1',
    )
    await once(gitHub, 'listening')
    onTestFinished(() => void gitHub.close())
    const AUTH_GITHUB_URL = `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`
    const env = { SITE_URL, AUTH_GITHUB_ID: 'app', AUTH_GITHUB_SECRET: 'canary-secret', AUTH_GITHUB_URL }
    const examined = async () => told((await examineSignIn(parseConfig(env))).findings)
    expect(await examined()).toEqual([expect.stringContaining('well: GitHub answers at')])
    error = 'incorrect_client_credentials'
    expect(await examined()).toEqual([
      expect.stringContaining('wrong: GitHub does not know this site by its id'),
    ])
    error = 'redirect_uri_mismatch'
    expect(await examined()).toEqual(['wrong: GitHub does not send people back here.'])
  })
})

it('the command says both, and trusts an authority of the operator’s own', async () => {
  const authority = await createAuthority()
  const mail = await startMailServer({ offersTls: true, certificate: await authority.issue('localhost') })
  const oidc = await startOidcProvider(`${SITE_URL}/api/auth/callback/oidc`)
  const DATA_DIR = mkdtempSync(path.join(tmpdir(), 'tain-doctor-'))
  onTestFinished(async () => {
    await Promise.all([mail.close(), oidc.close(), authority.remove()])
    rmSync(DATA_DIR, { recursive: true, force: true })
  })
  const child = spawn(process.execPath, ['scripts/doctor.ts'], {
    cwd: root,
    env: {
      ...Object.fromEntries(Object.keys(settings).map((name) => [name, ''])),
      NODE_ENV: 'production',
      NODE_EXTRA_CA_CERTS: authority.file,
      DATA_DIR,
      SITE_URL,
      PORT: String(await freePort()),
      SMTP_URL: mail.url.replace('127.0.0.1', 'localhost').replace('?tls=off', ''),
      MAIL_FROM: 'tain@example.org',
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: oidc.clientId,
      OIDC_CLIENT_SECRET: 'canary-another-secret',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'close')
  expect(output).toMatch(/✓ Mail {6}localhost:\d+ lets this site in, encrypted and with user and password/)
  expect(output).toContain('✗ Sign-in   OpenID Connect does not know this site by its id and secret')
  expect(output).toContain('→ Compare OIDC_CLIENT_ID')
  expect(output).not.toContain('canary')
  expect(mail.received).toEqual([])
  expect(code).toBe(1)
})
