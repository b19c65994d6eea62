import { test as base, expect } from '@playwright/test'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { on, type ScriptStep } from '#server/demo-upstream/script-steps.ts'
import { type ChatPage, createChatPage } from './chat-page.ts'
import { type Site, type SiteOptions, startNodeSite, upstreamSettings } from './site.ts'

/** Scripts what the chat's next request gets, whatever else is asked of the upstream meanwhile. */
export function scriptAnswer(upstream: DemoUpstream, step: ScriptStep): void {
  upstream.script(on({ method: 'POST', path: '/v1/chat/completions' }, step))
}

interface WorkerFixtures {
  /** Scripted by tests; as new at the start of each. */
  upstream: DemoUpstream
  /** A site that asks `upstream`, shared by the tests of a worker. */
  site: Site
}

interface TestFixtures {
  chat: ChatPage
  /** Starts a site of the test's own, stopped at its end. */
  startSite: (options?: SiteOptions) => Promise<Site>
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  upstream: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
      await use(upstream)
      await upstream.close()
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ upstream }, use) => {
      const site = await startNodeSite({ env: upstreamSettings(upstream) })
      await use(site)
      await site.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ site, upstream }, use) => {
    upstream.reset()
    await use(site.url)
  },
  // Whatever a test is about: no page may try what its policy forbids.
  page: async ({ page }, use) => {
    const violations: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text())
    })
    await use(page)
    expect(violations, 'the page broke its own Content-Security-Policy').toEqual([])
  },
  chat: async ({ page }, use) => use(createChatPage(page)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
  startSite: async ({}, use) => {
    const sites: Site[] = []
    await use(async (options) => {
      const site = await startNodeSite(options)
      sites.push(site)
      return site
    })
    for (const site of sites) await site.stop()
  },
})

export { expect } from '@playwright/test'
