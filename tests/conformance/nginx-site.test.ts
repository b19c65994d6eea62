import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import path from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { createAuthority } from '#tests/support/certificates.ts'
import { describeWith } from '#tests/support/debian-program.ts'
import { findNginx, type TestNginx } from '#tests/support/nginx.ts'
import { behindFront, startFront } from '#tests/support/nginx-front.ts'
import { startNodeSite } from '#tests/support/site.ts'
import { exchangeBytes } from '../integration/gateway/clients.ts'
import { conformance } from './conformance.ts'
import { type ConformingHost, startSite } from './conforming-host.ts'

const nginx = await findNginx()

describeWith(nginx, 'nginx in front of the site', (program) => {
  let host: ConformingHost
  let front: TestNginx
  const start = async (): Promise<ConformingHost> => {
    host = await startSite((options) =>
      startNodeSite({
        ...options,
        env: { ...options?.env, ...behindFront, GUESTS: 'open', ADDRESS_RATE: '1/m', ADDRESS_BURST: '3' },
      }),
    )
    front = await startFront(program, [host.baseUrl])
    const log = async () => (await host.log()) + (await readFile(path.join(front.root, 'front.log'), 'utf8'))
    return { ...host, baseUrl: `${front.url}/v1`, isBehindNginx: true, log, stop: async () => {} }
  }
  afterAll(async () => {
    await front?.stop()
    await host?.stop()
  })

  conformance('as a client sees it', start)

  const get = (target: string, headers: Record<string, string> = {}) =>
    fetch(front.url + target, { headers, redirect: 'manual' })

  it('shows the page, and keeps a copy of what never changes', async () => {
    const page = await get('/', { 'user-agent': 'Mozilla/5.0' })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const [script] = /\/_next\/static\/[^"]+\.js/.exec(await page.text()) ?? []
    if (!script) throw new Error('the page names no script')
    const first = await get(script)
    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const bytes = await first.text()
    expect(await (await get(script)).text()).toBe(bytes)
    const log = await readFile(path.join(front.root, 'front.log'), 'utf8')
    expect(log).toMatch(/"route":"static".*"cache":"MISS"/)
    expect(log).toMatch(/"route":"static".*"cache":"HIT"/)
    expect(log).toMatch(/"route":"page".*"cache":""/)
  })

  it('tells the site who calls, whatever a caller says about himself', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) {
      const response = await get('/v1/models', {
        'x-forwarded-for': `203.0.113.${i}`,
        'x-real-ip': `203.0.113.${i}`,
      })
      statuses.push(response.status)
    }
    // Without a token they are one address, with the burst of the site's own limit.
    expect(statuses.slice(-2)).toEqual([429, 429])
  })

  it.each([
    ['/.env', 404],
    ['/.git/config', 404],
    ['/wp-login.php', 404],
    ['/%2eenv', 404],
    ['/cgi-bin/luci', 404],
    ['/api/.env', 404],
  ])('does not trouble the site with %s', async (target, status) => {
    const text = await exchangeBytes(
      front.port,
      `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    )
    expect(text).toContain(`HTTP/1.1 ${status} `)
    expect(text).toMatch(/\r\n\r\nNot found\n$/)
  })

  it('asks scanners to leave unless they show a credential', async () => {
    for (const agent of ['curl/8.5.0', 'sqlmap/1.7', 'Scrapy/2.11']) {
      const refused = await get('/v1/models', { 'user-agent': agent })
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ error: { code: 'site_user_agent_denied' } })
    }
    const known = await get('/v1/models', {
      'user-agent': 'curl/8.5.0',
      authorization: `Bearer ${host.token}`,
    })
    expect(known.status).toBe(200)
  })

  it('lets whoever watches over the site ask how it is, with whatever program', async () => {
    for (const target of ['/healthz', '/readyz']) {
      expect((await get(target, { 'user-agent': 'curl/8.5.0' })).status).toBe(200)
    }
    expect((await get('/', { 'user-agent': 'curl/8.5.0' })).status).toBe(403)
  })

  it.each([
    ['a header of 40 KB', 431, 'site_headers_too_large', `x-long: ${'x'.repeat(40_000)}`],
    [
      'a megabyte of headers',
      431,
      'site_headers_too_large',
      Array.from({ length: 100 }, (_, i) => `x-${i}: ${'x'.repeat(10_000)}`).join('\r\n'),
    ],
    ['a target of 40 KB', 414, 'site_bad_path', ''],
  ])('refuses %s in the API’s shape, and the site never hears of it', async (what, status, code, header) => {
    const before = host.upstream.received.length
    const target = `/v1/models${what.includes('target') ? `?q=${'x'.repeat(40_000)}` : ''}`
    const text = await exchangeBytes(
      front.port,
      `GET ${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${host.token}\r\nconnection: close\r\n${header}\r\n\r\n`,
    ).catch(() => 'reset')
    // While a megabyte is still being sent, its refusal may be lost with the connection.
    if (!(what.includes('megabyte') && text === 'reset'))
      expect([text.slice(9, 12), text.includes(code)]).toEqual([String(status), true])
    expect(host.upstream.received).toHaveLength(before)
  })

  it('lets WebSockets through, both ways', async () => {
    const client = new WebSocket(`${front.url.replace('http', 'ws')}/v1/realtime?model=m`, {
      headers: { authorization: `Bearer ${host.token}` },
    })
    const events: string[] = []
    client.on('message', (data) => events.push(JSON.parse(String(data)).type))
    await once(client, 'open')
    client.send(JSON.stringify({ type: 'response.create' }))
    await expect.poll(() => events).toEqual(['session.created', 'response.created', 'response.done'])
    client.terminate()
  })

  it('takes no path of the API for a door that is tried, whatever an id looks like', async () => {
    await get('/v1/models/vendor/x.php', { authorization: `Bearer ${host.token}` })
    const log = await readFile(path.join(front.root, 'front.log'), 'utf8')
    expect(log).not.toMatch(/"route":"\/v1\/\*",[^\n]*"verdict":"door"/)
  })

  it('writes nothing down that a caller said', async () => {
    await get('/c/secret-path?canary=1', { 'user-agent': 'canary', 'x-real-ip': '203.0.113.99' })
    const log = await readFile(path.join(front.root, 'front.log'), 'utf8')
    expect(log).not.toMatch(/canary|secret-path|203\.0\.113/)
  })
})

describeWith(nginx, 'nginx in front: heads that do not come', (program) => {
  it('are cut off after their time, and others are served all the while', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    // As it is shipped, but for the fifteen seconds.
    const front = await startFront(program, [upstream.url], {}, (text) =>
      text.replace('client_header_timeout 15s;', 'client_header_timeout 2s;'),
    )
    onTestFinished(async () => {
      await front.stop()
      await upstream.close()
    })
    const trickling = Promise.all(Array.from({ length: 100 }, (_, i) => trickle(front.port, i)))
    for (let i = 0; i < 20; i++) expect((await fetch(`${front.url}/v1/models`)).status).toBe(200)
    expect(new Set(await trickling)).toEqual(new Set(['']))
  })
})

/** Sends the head of a request, a line at a time and never all of it; resolves with what came back when the other side has closed. */
async function trickle(port: number, i: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET /v1/models HTTP/1.1\r\nhost: site\r\n')
  const sending = setInterval(() => socket.write(`x-${i}: y\r\n`), 200)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  // Not `once` of node:events, which fails with a reset: what is written after the other side has closed is answered by one.
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(sending)
  return String(Buffer.concat(chunks))
}

describeWith(nginx, 'nginx in front: an upload', (program) => {
  it('reaches the site while it is being sent, and one that is too long never does', async () => {
    const seen: IncomingMessage[] = []
    const began = Promise.withResolvers<Buffer>()
    const server = createServer((req, res) => {
      seen.push(req)
      req.once('data', (chunk: Buffer) => began.resolve(chunk))
      req.on('end', () => res.end('done')).resume()
    })
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    // A server that listens on TCP has an AddressInfo.
    const front = await startFront(program, [`http://127.0.0.1:${(server.address() as AddressInfo).port}`], {
      MAX_BODY: '1m',
    })
    onTestFinished(async () => {
      await front.stop()
      server.close()
    })
    const rest = Promise.withResolvers<void>()
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode('first'))
        await rest.promise
        controller.enqueue(new TextEncoder().encode('last'))
        controller.close()
      },
    })
    const sending = fetch(`${front.url}/v1/files`, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(String(await began.promise)).toBe('first')
    rest.resolve()
    expect(await (await sending).text()).toBe('done')
    const refused = await fetch(`${front.url}/v1/files`, { method: 'POST', body: 'x'.repeat(2 << 20) })
    expect([refused.status, (await refused.json()).error.code]).toEqual([413, 'site_body_too_large'])
    expect(seen).toHaveLength(1)
  })
})

/** What a browser is shown at `/`: its status, and the Chinese of it. */
async function readPage(url: string): Promise<string> {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const page = await fetch(url, { headers: { accept } })
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  return `${page.status} ${/<p lang="zh-CN">([^<]*)/.exec(await page.text())?.[1]}`
}

/** What programs are told: at paths of the API whatever they accept, elsewhere unless they ask for a page. */
async function readErrors(url: string): Promise<string[]> {
  const asked = [
    ['/v1/models', '*/*'],
    ['/v1/models', 'text/html'],
    ['/api/conversations', 'text/html'],
    ['/', '*/*'],
    ['/healthz', 'application/json'],
  ] as const
  const read = async ([target, accept]: (typeof asked)[number]) => {
    const answer = await fetch(url + target, { headers: { accept } })
    expect(answer.headers.get('content-type')).toBe('application/json')
    return `${answer.status} ${(await answer.json()).error.code}`
  }
  return await Promise.all(asked.map(read))
}

describeWith(nginx, 'nginx in front: limits and absence', (program) => {
  it('limits an address coarsely, and says so in the API’s shape', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const front = await startFront(program, [upstream.url], { ADDRESS_RATE: '1/m', ADDRESS_BURST: '2' })
    onTestFinished(async () => {
      await front.stop()
      await upstream.close()
    })
    upstream.script({ ...answer.json({}), times: Number.POSITIVE_INFINITY })
    const answers: Response[] = []
    for (let i = 0; i < 4; i++) answers.push(await fetch(`${front.url}/v1/models`))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(answers[3]?.headers.get('retry-after')).toBe('60')
    expect(await answers[3]?.json()).toMatchObject({ error: { code: 'site_rate_limited' } })
  })

  it('says that the site is away: a page to people, JSON to programs', async () => {
    const front = await startFront(program, ['http://127.0.0.1:9'])
    onTestFinished(front.stop)
    expect(await readPage(front.url)).toContain('502 网站正在重启')
    expect(await readErrors(front.url)).toEqual(Array(5).fill('502 site_away'))
  })

  it('says that the site did not answer in time: a page to people, JSON to programs', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A server that listens on TCP has an AddressInfo.
    const front = await startFront(program, [`http://127.0.0.1:${(server.address() as AddressInfo).port}`], {
      IDLE_TIMEOUT: '1s',
    })
    onTestFinished(async () => {
      await front.stop()
      server.close()
    })
    const [page, errors] = await Promise.all([readPage(front.url), readErrors(front.url)])
    expect(page).toContain('504 网站没有及时回应')
    expect(errors).toEqual(Array(5).fill('504 site_timeout'))
  })

  it('goes on with another instance when one does not pick up', async () => {
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const front = await startFront(program, ['http://127.0.0.1:9', upstream.url])
    onTestFinished(async () => {
      await front.stop()
      await upstream.close()
    })
    for (let i = 0; i < 4; i++) {
      const response = await fetch(`${front.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'tain-demo', messages: [{ role: 'user', content: 'x' }] }),
      })
      expect(response.status).toBe(200)
    }
  })
})

describeWith(nginx, 'nginx in front: TLS', (program) => {
  it('speaks HTTP/2 over TLS 1.2 and 1.3, nothing older, and asks to stay', async () => {
    const authority = await createAuthority()
    const { keyFile, certFile } = await authority.issue('localhost')
    const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
    const front = await startFront(program, [upstream.url], {
      TLS_CERTIFICATE: certFile,
      TLS_KEY: keyFile,
      TCP_FASTOPEN: 'on',
    })
    onTestFinished(async () => {
      await front.stop()
      await upstream.close()
      await authority.remove()
    })
    const ca = await readFile(authority.file)
    const at = { host: '127.0.0.1', port: front.port, ca, servername: 'localhost' }
    const speak = (options: object) =>
      new Promise<string | null>((resolve) => {
        const socket = connectTls({ ...at, ...options }, () => {
          resolve(socket.getProtocol())
          socket.destroy()
        })
        socket.once('error', () => resolve(null))
      })
    expect(await speak({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2')
    expect(await speak({ minVersion: 'TLSv1.3' })).toBe('TLSv1.3')
    expect(
      await speak({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).toBeNull()

    upstream.script(answer.json({ ok: true }))
    const session = connectHttp2(`https://localhost:${front.port}`, { ca })
    const stream = session.request({ ':path': '/v1/models' })
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve))
    expect(headers).toMatchObject({ ':status': 200, 'strict-transport-security': 'max-age=31536000' })
    stream.close()
    session.close()
  })
})
