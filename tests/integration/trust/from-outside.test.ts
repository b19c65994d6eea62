import { globSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault, on } from '#server/demo-upstream/script-steps.ts'
import { claimSite, PASSWORD, remoteClient } from '#tests/support/people.ts'
import { freePort } from '#tests/support/ports.ts'
import { type Site, startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { newQuestion, type SiteClient } from '#tests/support/site-client.ts'

/** A site with every way in and every secret set, and somebody outside who means harm (`trust.md` checks 39, 42, 43). */

const root = path.resolve(import.meta.dirname, '../../..')
const secretOf = (name: string) => `canary-of-${name}-0123456789abcdef0123`
const OWNER_CODE = secretOf('owner')
let upstream: DemoUpstream
let site: Site
let owner: SiteClient
let guest: SiteClient

beforeAll(async () => {
  const [port, closed] = [await freePort(), await freePort()]
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  site = await startNodeSite({
    env: {
      PORT: String(port),
      SITE_URL: `http://localhost:${port}`,
      OWNER_CODE,
      AUTH_SECRET: secretOf('auth'),
      AUTH_SECRET_PREVIOUS: secretOf('auth-before'),
      ...upstreamSettings(upstream, secretOf('key')),
      GATEWAY_TOKENS: `tain-${secretOf('token')}`,
      OPERATOR_TOKEN: secretOf('operator'),
      // Neither is there, so that both fail.
      OIDC_ISSUER: `http://127.0.0.1:${closed}`,
      OIDC_CLIENT_ID: 'tain',
      OIDC_CLIENT_SECRET: secretOf('oidc'),
      SMTP_URL: `smtp://tain:${secretOf('mail')}@127.0.0.1:${closed}`,
      MAIL_FROM: 'tain@example.org',
      AUTH_GITHUB_ID: 'tain',
      AUTH_GITHUB_SECRET: secretOf('github'),
      SIGN_UP: 'open',
      GUESTS: 'open',
      GUESTS_PER_ADDRESS: 'off',
      TRUSTED_PROXIES: '127.0.0.1',
      LOG_LEVEL: 'info',
    },
  })
  owner = await claimSite(site.url, OWNER_CODE)
  guest = remoteClient(site.url)
  await (await guest.post('/api/chat', newQuestion())).text()
})
afterAll(async () => {
  await site.stop()
  await upstream.close()
})

const leaks = (told: string) =>
  [/canary-of-[a-z-]+/.exec(told)?.[0], told.includes(PASSWORD) && PASSWORD].filter(Boolean)

/** Asks, sees to it that the answer tells no secret, and gives the status with what was told. */
async function ask(client: SiteClient, route: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await client.fetch(route, { redirect: 'manual', ...init })
  const told = `${JSON.stringify([...response.headers])}\n${await response.text()}`
  expect([route, leaks(told)]).toEqual([route, []])
  return [response.status, told]
}

describe('generated requests', () => {
  const routes = globSync('app/**/route.ts', { cwd: root }).flatMap((file) => {
    const folders = path.dirname(file).split(path.sep).slice(1)
    const route = `/${folders.filter((name) => !name.startsWith('(')).join('/')}`
    const source = readFileSync(path.join(root, file), 'utf8')
    return [...source.matchAll(/^export (?:async )?function ([A-Z]+)\(/gm)].map(([, method = '']) => ({
      method,
      route,
    }))
  })
  /** Those that would end the session of whoever asks. */
  const enders = ['POST /api/account/sign-out', 'DELETE /api/account']
  const names = globSync('lib/**/*contract.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/^\s+(\w+):/gm)].map(([, name = '']) => name),
  )
  const odd = [
    '\0',
    '\ud800',
    '__proto__',
    'ask',
    'regenerate',
    'a@example.org',
    'x'.repeat(5_000),
    '../../etc/passwd',
    '%00',
  ]
  const leaf = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uuid(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, ...odd),
  )
  const value = fc.oneof(
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), leaf, { maxKeys: 4 }),
  )
  const bodies = fc.sample(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 }), {
    numRuns: 400,
    seed: 6,
  })
  const broken = ['', '[', 'null', '"x"', '{"a":', '\0']
  const ids = [crypto.randomUUID(), '%00', '%F0%9F%98%80', 'a'.repeat(3_000), "'", '..%2f..']

  it('find every route', () => expect(routes.length).toBeGreaterThan(60))

  it('are answered by every route, never with a failure of the site', async () => {
    const failures: unknown[] = []
    let at = 0
    for (const { method, route } of routes) {
      if (route.startsWith('/v1') || enders.includes(`${method} ${route}`)) continue
      for (const id of ids) {
        const body = at % 5 === 4 ? broken[at % broken.length] : JSON.stringify(bodies[at % bodies.length])
        const [status, told] = await ask(at % 2 ? owner : guest, route.replace(/\[\w+\]/, id), {
          method,
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.1.${at >> 8}.${at & 255}` },
          ...(method !== 'GET' && { body }),
        })
        // 503: the mail server and the provider are away, and say so.
        if (status >= 500 && status !== 502 && status !== 503)
          failures.push([method, route, id, body, status, told])
        at++
      }
    }
    expect(failures).toEqual([])
    expect(site.output()).not.toContain('handler_failed')
  })
})

it('no request line leads a browser to another site, or makes the site fail', async () => {
  const { port } = new URL(site.url)
  const starts = [
    '//',
    '///',
    '/\\',
    '/%5c',
    '/%2f%2f',
    '/.//',
    '/..//',
    '/c//',
    '/c/%2f%2f',
    '/share//',
    '/%0d%0alocation:%20',
    '/sign-in?next=//',
    '/sign-in?next=/%5c',
    '/account?next=//',
    '/_next//',
    'http://',
    'http://x//',
    '*',
    '',
  ]
  const ends = ['', '/', '//', '/..', '/%2e%2e', '%00', '%ff', '?', '#', '@x', ':80']
  const targets = starts.flatMap((start) => ends.map((end) => `${start}evil.example${end}`))
  expect(targets.length).toBeGreaterThan(200)
  for (const target of targets) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      `GET ${target} HTTP/1.1\r\nhost: localhost:${port}\r\nvia: 1.1 x\r\nconnection: close\r\n\r\n`,
    )
    const [head = ''] = (await text(socket)).split('\r\n\r\n', 1)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    const places = [...head.matchAll(/^(?:location: |refresh: \d+;url=)(.*)$/gim)].map(([, to = '']) =>
      to.trim(),
    )
    expect([target, status < 500, places.filter((to) => new URL(to, site.url).origin !== site.url)]).toEqual([
      target,
      true,
      [],
    ])
  }
})

describe('no secret', () => {
  const pages = globSync('app/**/page.tsx', { cwd: root }).map((file) => {
    const folders = path.dirname(file).split(path.sep).slice(1)
    return `/${folders.filter((name) => !name.startsWith('(')).join('/')}`.replace('[id]', 'x')
  })
  const others = [
    '/none',
    '/healthz',
    '/readyz',
    '/gateway/status',
    '/metrics',
    '/.env',
    '/api/models',
    '/api/settings',
    '/api/export?format=json',
    '/api/auth/csrf',
    '/v1/models',
    '/v1/none',
    '/manifest.webmanifest',
  ]

  it.each([...pages, ...others])('is told by %s, whoever asks', async (route) => {
    for (const client of [remoteClient(site.url), guest, owner]) await ask(client, route)
  })

  it('is told when upstream, the mail server and the provider fail', async () => {
    upstream.script(on({ method: 'POST', path: '/v1/chat/completions' }, fault.invalidKey()))
    await ask(owner, '/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(newQuestion()),
    })
    const { csrfToken } = await (await owner.fetch('/api/auth/csrf')).json()
    const post = (route: string, body: object) =>
      ask(owner, route, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await post('/api/auth/signin/oidc', { csrfToken }))[0]).toBe(502)
    expect((await post('/api/account/forgot', { email: 'owner@example.org' }))[0]).toBe(204)
    await expect.poll(() => site.output()).toContain('mail_failed')
  })

  it('stands in the log, nor the place of the site on its disk in what browsers are given', () => {
    expect(site.output()).toContain('sign_in_failed')
    expect(leaks(site.output().replaceAll(`/welcome#${OWNER_CODE}`, ''))).toEqual([])
    const files = globSync('{.next/static,public}/**/*.*', { cwd: root })
    expect(files.length).toBeGreaterThan(50)
    const told = files.filter((file) => readFileSync(path.join(root, file), 'latin1').includes(root))
    expect(told).toEqual([])
  })
})
