import type { Page } from '@playwright/test'
import type { DemoUpstream } from '../../server/demo-upstream/demo-upstream.ts'
import { countTokens, piecesOf } from '../../server/demo-upstream/pieces.ts'
import { answer } from '../../server/demo-upstream/script-steps.ts'
import { longConversation } from '../../tests/support/long-conversation.ts'
import type { Site } from '../../tests/support/site.ts'
import { createSiteClient, newQuestion } from '../../tests/support/site-client.ts'
import type { Bench } from './bench.ts'
import { cpuSecondsOf, processListeningOn, residentBytesOf } from './gateway/process-usage.ts'
import { BENCH_KEY, inChromium } from './in-chromium.ts'
import { percentiles } from './statistics.ts'

const STREAMS = 50
const TOKENS = 400
const TOKENS_A_SECOND = 40
/** Pages of which the time to the first word is taken, in each round, and how many questions follow on each. */
const PAGES = 5
const FURTHER = 3

export const bench: Bench = {
  name: 'asking',
  about: `from Enter to the first word, and ${STREAMS} answers at once through the site`,
  run: ({ rounds }) =>
    inChromium(
      { tokensPerSecond: TOKENS_A_SECOND, env: { KEY_RATE: 'off' } },
      async (chrome, site, upstream) => {
        const page = await (await chrome.newContext({ baseURL: site.url })).newPage()
        const shown = await firstWords(page, upstream, PAGES * rounds)
        const alone = await firstWordsOfUpstream(upstream, PAGES * rounds)
        await page.close()
        return [...describeFirstWords(shown, alone), ...(await manyStreams(site, upstream))]
      },
    ),
}

interface FirstWords {
  /** Of the first question of a page that was just loaded. */
  first: number[]
  /** Of those that are asked after it in the same conversation. */
  further: number[]
}

/** From Enter to the frame with the first word of the answer; the first page is thrown away. */
async function firstWords(page: Page, upstream: DemoUpstream, pages: number): Promise<FirstWords> {
  const times: FirstWords = { first: [], further: [] }
  for (let opened = 0; opened <= pages; opened++) {
    await page.goto('/')
    await page.waitForLoadState('networkidle')
    const first = await firstWord(page, upstream, 0)
    const further: number[] = []
    for (let before = 1; before <= FURTHER; before++) further.push(await firstWord(page, upstream, before))
    if (opened === 0) continue
    times.first.push(first)
    times.further.push(...further)
  }
  return times
}

/** Asks a question on a page with so many answers `before` it. */
async function firstWord(page: Page, upstream: DemoUpstream, before: number): Promise<number> {
  upstream.script(answer.text(['First', ' words', '.']))
  await page.locator('#composer').fill('A question')
  await page.locator('.send-button[aria-disabled="false"]').waitFor()
  const seen = page.evaluate(async (place) => {
    const enter = await new Promise<number>((resolve) =>
      document.addEventListener('keydown', ({ timeStamp }) => resolve(timeStamp), {
        once: true,
        capture: true,
      }),
    )
    for (;;) {
      const now = await new Promise<number>(requestAnimationFrame)
      if (document.querySelectorAll('.answer-text')[place]?.textContent) return now - enter
    }
  }, before)
  await page.locator('#composer').press('Enter')
  const time = await seen
  await page.locator('[data-role="assistant"][data-status="complete"]').nth(before).waitFor()
  return time
}

/** How long the upstream itself takes for the same. */
async function firstWordsOfUpstream(upstream: DemoUpstream, count: number): Promise<number[]> {
  const times: number[] = []
  for (let question = 0; question <= count; question++) {
    upstream.script(answer.text(['First', ' words', '.']))
    const began = performance.now()
    const response = await fetch(`${upstream.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_KEY}` },
      body: JSON.stringify({
        model: 'tain-demo',
        stream: true,
        messages: [{ role: 'user', content: 'A question' }],
      }),
    })
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (!text.includes('First')) continue
      times.push(performance.now() - began)
      break
    }
  }
  return times.slice(1)
}

function describeFirstWords({ first, further }: FirstWords, alone: readonly number[]): string[] {
  const [own = 0] = percentiles(alone, [50])
  const describe = (name: string, shown: readonly number[]) => {
    const [p50 = 0, p95 = 0] = percentiles(shown, [50, 95])
    return `${name}: P50 ${p50.toFixed(1)} ms, P95 ${p95.toFixed(1)} ms, so ${(p50 - own).toFixed(1)} ms are the site's (goal: at most 40)`
  }
  return [
    `from Enter to the first word on the screen, of which upstream itself takes ${own.toFixed(1)} ms`,
    describe('  first question of a page', first),
    describe('  questions after it', further),
  ]
}

/** Memory while so many people read their answers at once, and what each token costs on the wire. */
async function manyStreams(site: Site, upstream: DemoUpstream): Promise<string[]> {
  const pid = processListeningOn(Number(new URL(site.url).port))
  const words = longConversation('', 40).conversations[0]?.messages.map(({ parts }) => parts[0]?.text) ?? []
  const text = piecesOf(words.join('\n\n')).slice(0, TOKENS).join('')
  const before = residentBytesOf(pid)
  const cpuBefore = cpuSecondsOf(pid)
  upstream.script({ ...answer.text(text), times: STREAMS })
  const bytes: number[] = []
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, residentBytesOf(pid))
  }, 200)
  try {
    await Promise.all(
      Array.from({ length: STREAMS }, async () => {
        const response = await createSiteClient(site.url).post('/api/chat', newQuestion())
        if (!response.ok) throw new Error(`/api/chat answered ${response.status}`)
        let count = 0
        for await (const chunk of response.body ?? []) count += chunk.length
        bytes.push(count)
      }),
    )
  } finally {
    clearInterval(watch)
  }
  const cpu = cpuSecondsOf(pid) - cpuBefore
  const [perToken = 0] = percentiles(
    bytes.map((count) => count / countTokens(text)),
    [50],
  )
  const megabytes = (count: number) => `${Math.round(count / 1024 ** 2)} MB`
  return [
    `${STREAMS} answers at once, ${TOKENS} tokens at ${TOKENS_A_SECOND}/s each: ${megabytes(most)} of memory at most, ${megabytes(before)} before (goal: at most 250 MB)`,
    `processor time of the site for them: ${cpu.toFixed(1)} s`,
    `on the wire: ${perToken.toFixed(1)} bytes a token (goal: at most 60)`,
  ]
}
