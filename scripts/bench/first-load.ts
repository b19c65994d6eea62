import { randomUUID } from 'node:crypto'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import type { SendRequest } from '../../lib/chat/contract.ts'
import { createDemoUpstream } from '../../server/demo-upstream/demo-upstream.ts'
import type { Chromium } from '../../tests/support/chromium.ts'
import { startNodeSite } from '../../tests/support/site.ts'

/** Compressed JavaScript that a page may load before the first interaction: 220 KB of 1,024 bytes. */
export const BUDGET_BYTES = 220 * 1024

export const inKilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`

export interface FirstLoad {
  /** The path as a pattern: `/` or `/c/{id}`. */
  page: string
  /** Bytes of all scripts as they came over the network: compressed, with their response headers. */
  scriptBytes: number
  scripts: number
  requests: number
  /** Origins other than the site's that were asked for anything. */
  otherOrigins: string[]
}

/** Follows a page's network through the DevTools protocol until nothing has been asked for half a second. */
async function measure(page: Page, url: string, name: string): Promise<FirstLoad> {
  const network = await page.context().newCDPSession(page)
  const scriptIds = new Set<string>()
  const others = new Set<string>()
  const result = { page: name, scriptBytes: 0, scripts: 0, requests: 0 }
  network.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    result.requests += 1
    const target = new URL(request.url)
    if (/^(https?|wss?):$/.test(target.protocol) && target.host !== new URL(url).host)
      others.add(target.origin)
    // A script that is only preloaded has the type Other until its response comes.
    if (type === 'Script') scriptIds.add(requestId)
  })
  network.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script' || /\bjavascript\b/.test(response.mimeType)) scriptIds.add(requestId)
  })
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!scriptIds.has(requestId)) return
    result.scripts += 1
    result.scriptBytes += encodedDataLength
  })
  await network.send('Network.enable')
  await network.send('Network.setCacheDisabled', { cacheDisabled: true })
  // On a first visit there is none yet.
  await network.send('Network.setBypassServiceWorker', { bypass: true })
  const response = await page.goto(url, { waitUntil: 'networkidle' })
  if (!response?.ok()) throw new Error(`${name} answered ${response?.status()}`)
  return { ...result, otherOrigins: [...others] }
}

/** Asks a question through the site's own API, so that there is a conversation to open. Resolves when it is answered. */
async function startConversation(context: BrowserContext, origin: string): Promise<string> {
  const conversationId = randomUUID()
  const data: SendRequest = {
    kind: 'ask',
    conversationId,
    parentId: null,
    questionId: randomUUID(),
    answerId: randomUUID(),
    text: 'Hello',
  }
  const response = await context.request.post(`${origin}/api/chat`, { data, headers: { origin } })
  if (!response.ok()) throw new Error(`/api/chat answered ${response.status()}: ${await response.text()}`)
  return conversationId
}

/** Measures `/` and `/c/{id}` of the built site, each with an empty cache. */
export async function measureFirstLoad(browser: Chromium): Promise<FirstLoad[]> {
  const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  const site = await startNodeSite({
    env: { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'first-load-measurement', LOG_LEVEL: 'error' },
  }).catch(async (error: unknown) => {
    await upstream.close()
    throw error
  })
  const { executablePath, args, env } = browser
  const chrome = await chromium.launch({ executablePath, args, env })
  try {
    const context = await chrome.newContext()
    const first = await measure(await context.newPage(), `${site.url}/`, '/')
    const id = await startConversation(context, site.url)
    const conversation = await measure(await context.newPage(), `${site.url}/c/${id}`, '/c/{id}')
    return [first, conversation]
  } finally {
    await chrome.close()
    await site.stop()
    await upstream.close()
  }
}
