import { chromium } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest'
import { startCdn } from '#tests/support/cdn.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { findChromium } from '#tests/support/chromium.ts'
import { freePort } from '#tests/support/ports.ts'
import { type Site, SiteStartError, startNodeSite } from '#tests/support/site.ts'
import { buildIfChanged } from '../../scripts/build-if-changed.ts'
import { COMPILE_HINT } from '../../scripts/compile-hints.ts'

/** The table of docs/cdn.md: what each kind of answer says about being kept. */

const IMMUTABLE = 'public, max-age=31536000, immutable'
const CHECKED = /^public, max-age=0(?:, must-revalidate)?$/
const NEVER = /(?:^|, )no-store\b/

let site: Site
let page: string
beforeAll(async () => {
  site = await startNodeSite({ env: { GUESTS: 'open' } })
  page = await (await fetch(site.url)).text()
})
afterAll(() => site.stop())

const get = (path: string, init?: RequestInit) => fetch(site.url + path, { redirect: 'manual', ...init })
const cacheControl = async (path: string, init?: RequestInit) =>
  (await get(path, init)).headers.get('cache-control') ?? 'nothing'

test('the scripts of the chat’s page are compiled while they arrive, not when a question is asked', async () => {
  const tags = page.match(/<script[^>]+src="[^"]+"[^>]*>/g) ?? []
  const scripts = tags
    .filter((tag) => !/nomodule/i.test(tag))
    .map((tag) => /src="([^"]+)"/.exec(tag)?.[1] ?? '')
  expect(scripts.length).toBeGreaterThan(5)
  const texts = await Promise.all(scripts.map(async (path) => await (await get(path)).text()))
  const sizeOf = (some: string[]) => some.join('').length
  // The page of what went wrong is loaded with the others, and called when something did.
  expect(sizeOf(texts.filter((text) => text.startsWith(COMPILE_HINT)))).toBeGreaterThan(0.95 * sizeOf(texts))
})

describe('what an answer says about being kept', () => {
  it.each([/\/_next\/static\/[^"]+\.js/, /\/_next\/static\/[^"]+\.css/])(
    'a file whose name changes with its content is kept for a year, and any origin may read it',
    async (name) => {
      const [path = ''] = name.exec(page) ?? []
      const { status, headers } = await get(path)
      expect([status, headers.get('cache-control')]).toEqual([200, IMMUTABLE])
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('set-cookie')).toBeNull()
    },
  )

  it('a file that is not there is not remembered as missing', async () => {
    for (const path of ['/_next/static/chunks/none.js', '/_next/static/media/none.woff2']) {
      const { status, headers } = await get(path)
      expect([status, headers.get('cache-control')], path).toEqual([404, expect.stringMatching(NEVER)])
    }
  })

  it.each(['/sw.js', '/icon.svg', '/apple-icon.png', '/icons/192.png', '/manifest.webmanifest'])(
    '%s is asked for again each time',
    async (path) => {
      expect(await cacheControl(path)).toMatch(CHECKED)
    },
  )

  it('pages belong to one person, whatever their status, also as data for the router', async () => {
    const paths = ['/', '/c/none', '/sign-in', '/account', '/terms', '/share/none', '/none', '/favicon.ico']
    for (const path of paths) {
      // The router's data has an address of its own, to which Next redirects.
      for (const init of [{}, { headers: { rsc: '1' }, redirect: 'follow' }] satisfies RequestInit[]) {
        const policy = await cacheControl(path, init)
        expect(policy, path).toMatch(NEVER)
        expect(policy, path).toContain('private')
      }
    }
  })

  it('the site’s own API is never kept, refusals included', async () => {
    const paths = ['/api/conversations', '/api/models', '/api/export', '/api/conversations/none', '/api/none']
    for (const path of [...paths, '/healthz', '/readyz', '/gateway/status']) {
      expect(await cacheControl(path), path).toMatch(NEVER)
    }
    const refused = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
    expect(await cacheControl('/api/chat', refused)).toMatch(NEVER)
  })

  it('/v1 says what upstream said and nothing of its own: a CDN must be told not to keep it', async () => {
    const response = await get('/v1/models', { headers: { authorization: `Bearer ${site.token}` } })
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, null])
  })

  it('there is no image optimiser to keep busy', async () => {
    expect((await get('/_next/image?url=%2Ficons%2F192.png&w=64&q=75')).status).toBe(404)
  })
})

it('a site that was built for another ASSET_PREFIX does not start, and says what to do', async () => {
  const started = startNodeSite({ env: { ASSET_PREFIX: 'https://cdn.example.org' } })
  const error = await started.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof SiteStartError)) throw new Error('the site started')
  expect(error.exit.code).toBe(1)
  expect(error.output).toContain(
    'ASSET_PREFIX is https://cdn.example.org, but the site was built without one. Start it with `npm start`',
  )
})

// With a real second origin and a build for it (which is undone): CDN_BUILD=1 npx vitest run tests/integration/caching
if (process.env.CDN_BUILD) {
  it('a site behind a CDN loads every file from there, under its policy, and opens without a network', async () => {
    const port = await freePort()
    const prefix = `http://127.0.0.1:${port}`
    await buildIfChanged({ assetPrefix: prefix })
    onTestFinished(async () => void (await buildIfChanged()))
    const served = await startNodeSite({ env: { GUESTS: 'open', ASSET_PREFIX: prefix } })
    const cdn = await startCdn(port, () => served.url)
    const found = await findChromium()
    if ('missing' in found) throw new Error(found.missing)
    const browser = await chromium.launch(found)
    onTestFinished(async () => {
      await browser.close()
      await cdn.close()
      await served.stop()
    })
    const context = await browser.newContext({ baseURL: served.url })
    const tab = await context.newPage()
    const loaded: string[] = []
    const violations: string[] = []
    tab.on('request', (request) => loaded.push(request.url()))
    tab.on('console', (message) => {
      if (/Content Security Policy|CORS/i.test(message.text())) violations.push(message.text())
    })
    const chat = createChatPage(tab)
    await chat.open()
    await chat.ask('math')
    await tab.locator('.katex').first().waitFor({ timeout: 60_000 })
    const files = loaded.filter((url) => url.includes('/_next/static/'))
    expect(files.filter((url) => !url.startsWith(`${prefix}/`))).toEqual([])
    expect(files.some((url) => url.endsWith('.woff2'))).toBe(true)
    expect(violations).toEqual([])

    await tab.evaluate(() => navigator.serviceWorker.ready)
    await tab.reload()
    await chat.open()
    await context.setOffline(true)
    await tab.reload()
    await chat.composer.waitFor()
    // It builds the site, which may take a busy machine long.
  }, 1_200_000)
}
