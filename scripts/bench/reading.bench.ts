import type { Page } from '@playwright/test'
import type { DemoUpstream } from '../../server/demo-upstream/demo-upstream.ts'
import { piecesOf } from '../../server/demo-upstream/pieces.ts'
import { answer } from '../../server/demo-upstream/script-steps.ts'
import { longConversation } from '../../tests/support/long-conversation.ts'
import type { Site } from '../../tests/support/site.ts'
import type { Bench } from './bench.ts'
import { inChromium } from './in-chromium.ts'
import { median, percentiles } from './statistics.ts'
import { table } from './table.ts'

const MANY = 500
const FEW = 4
const TOKENS = 2_000
const TOKENS_A_SECOND = 200
const LETTERS = 40

export const bench: Bench = {
  name: 'reading',
  about: 'a conversation of 500 messages, and an answer of 2,000 tokens at 200 a second, in Chromium',
  run: ({ rounds }) =>
    inChromium({ tokensPerSecond: TOKENS_A_SECOND }, async (chrome, site, upstream) => {
      const page = await (await chrome.newContext({ baseURL: site.url })).newPage()
      return await measure(page, site, upstream, rounds)
    }),
}

async function measure(page: Page, site: Site, upstream: DemoUpstream, rounds: number): Promise<string[]> {
  await page.addInitScript(watchMainThread)
  await page.goto('/')
  const long = await importConversation(page, site, 'A long one', MANY)
  const short = await importConversation(page, site, 'A short one', FEW)
  const opened = { long: [] as Opened[], short: [] as Opened[] }
  // The first of each is thrown away: its code is fetched and compiled.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, id] of [
      ['short', short],
      ['long', long],
    ] as const) {
      const result = await openFromList(page, id)
      if (round > 0) opened[name].push(result)
    }
  }
  const typing = await typeInto(page)
  const scrolled = await scrollThrough(page)
  const streamed: Streamed[] = []
  for (let round = 0; round < Math.min(rounds, 3); round++) streamed.push(await stream(page, upstream))
  return [
    ...describeOpening(opened),
    '',
    ...describeUse(typing, scrolled),
    '',
    ...describeStreaming(streamed),
  ]
}

/** Runs in the page: what holds its main thread for more than 50 ms, and how long frames take. */
function watchMainThread(): void {
  const watch = { longTasks: [] as number[], frames: [] as number[], pause: () => {}, resume }
  Object.assign(window, { watch })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watch.longTasks.push(duration)
  }).observe({ type: 'longtask' })
  function resume() {
    let last = performance.now()
    let request = requestAnimationFrame(function frame(now) {
      watch.frames.push(now - last)
      last = now
      request = requestAnimationFrame(frame)
    })
    watch.pause = () => cancelAnimationFrame(request)
  }
  resume()
}

interface Watched {
  longTasks: number[]
  frames: number[]
}

/** What `watchMainThread` puts into the page. */
interface Watch extends Watched {
  pause(): void
  resume(): void
}

/** What was watched since this was asked last. */
const takeWatched = (page: Page): Promise<Watched> =>
  page.evaluate(() => {
    const { watch } = window as unknown as { watch: Watch }
    return { longTasks: watch.longTasks.splice(0), frames: watch.frames.splice(0) }
  })

async function importConversation(page: Page, site: Site, title: string, count: number): Promise<string> {
  const document = longConversation(title, count)
  const response = await page.request.post('/api/import', {
    headers: { 'content-type': 'application/octet-stream', origin: site.url },
    data: Buffer.from(JSON.stringify(document)),
  })
  if (!(await response.text()).includes('"imported"')) throw new Error('The conversation was not imported.')
  return document.conversations[0]?.id ?? ''
}

interface Opened {
  ms: number
  /** What long tasks took beyond 50 ms each, in all. */
  blockedMs: number
}

/** From the click on its name to the frame that shows its last message, after a page without it. */
async function openFromList(page: Page, id: string): Promise<Opened> {
  await page.goto('/')
  await page.mouse.move(400, 300)
  const link = page.locator(`a[href="/c/${id}"]`).first()
  await link.waitFor()
  await page.waitForLoadState('networkidle')
  await takeWatched(page)
  const ms = await page.evaluate(async (href) => {
    const started = performance.now()
    document.querySelector<HTMLElement>(`a[href="${href}"]`)?.click()
    const nextFrame = () => new Promise<number>(requestAnimationFrame)
    for (;;) {
      await nextFrame()
      const last = [...document.querySelectorAll('[data-role="assistant"]')].at(-1)?.getBoundingClientRect()
      if (last && last.top < window.innerHeight && last.bottom > 0) return (await nextFrame()) - started
    }
  }, `/c/${id}`)
  await page.waitForTimeout(500)
  const { longTasks } = await takeWatched(page)
  return { ms, blockedMs: longTasks.reduce((sum, duration) => sum + Math.max(0, duration - 50), 0) }
}

/** From the press of a key to the frame that shows its letter. */
async function typeInto(page: Page): Promise<number[]> {
  await page.locator('#composer').click()
  await page.evaluate(() => {
    const delays: number[] = []
    // A page that asks for every frame gets each with the screen's next; one that waits for a key, when there is something to show.
    ;(window as unknown as { watch: Watch }).watch.pause()
    Object.assign(window, { delays })
    document.addEventListener(
      'keydown',
      ({ timeStamp }) =>
        requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - timeStamp))),
      true,
    )
  })
  await page.keyboard.type('a letter '.repeat(10).slice(0, LETTERS), { delay: 60 })
  await page.waitForFunction(
    (count) => (window as unknown as { delays: number[] }).delays.length >= count,
    LETTERS,
  )
  return page.evaluate(() => (window as unknown as { delays: number[] }).delays)
}

/** From the end to the beginning, with the wheel, by half a page every 50 ms. */
async function scrollThrough(page: Page): Promise<Watched> {
  await page.mouse.move(700, 400)
  // From here on its frames are watched again.
  await page.evaluate(() => (window as unknown as { watch: Watch }).watch.resume())
  await takeWatched(page)
  const atTop = () => page.locator('.pane').evaluate(({ scrollTop }) => scrollTop === 0)
  for (let turn = 0; turn < 400 && !(await atTop()); turn++) {
    await page.mouse.wheel(0, -400)
    await page.waitForTimeout(40)
  }
  return takeWatched(page)
}

interface Streamed extends Watched {
  /** The share of the time in which the main thread was at work. */
  busy: number
}

async function stream(page: Page, upstream: DemoUpstream): Promise<Streamed> {
  const paragraphs = longConversation('', 200).conversations[0]?.messages ?? []
  const text = paragraphs
    .flatMap(({ role, parts }) => (role === 'assistant' ? [parts[0]?.text ?? ''] : []))
    .join('\n\n')
  upstream.script(answer.text(piecesOf(text).slice(0, TOKENS).join('')))
  await page.goto('/')
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Performance.enable')
  const taskSeconds = async () => {
    const { metrics } = await devTools.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
  }
  const box = page.locator('#composer')
  await box.fill('A long answer, please')
  await page.locator('.send-button[aria-disabled="false"], button[aria-disabled="false"]').first().waitFor()
  await box.press('Enter')
  await page.locator('[data-role="assistant"] .answer-text').waitFor()
  await takeWatched(page)
  const [started, before] = [performance.now(), await taskSeconds()]
  await page.locator('[data-role="assistant"][data-status="complete"]').waitFor({ timeout: 60_000 })
  const busy = ((await taskSeconds()) - before) / ((performance.now() - started) / 1_000)
  await devTools.detach()
  return { busy, ...(await takeWatched(page)) }
}

/** Frames that came later than the screen's next but one. */
const droppedShare = ({ frames }: Watched) =>
  frames.filter((ms) => ms > 25).length / Math.max(1, frames.length)
const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const whole = (ms: number) => `${Math.round(ms)} ms`

function describeOpening({ long, short }: { long: Opened[]; short: Opened[] }): string[] {
  const row = (name: string, all: Opened[]) => [
    name,
    whole(median(all.map(({ ms }) => ms))),
    whole(median(all.map(({ blockedMs }) => blockedMs))),
  ]
  const ratio = median(long.map(({ ms }, round) => ms / (short[round]?.ms ?? Number.NaN)))
  return [
    ...table([
      ['opened from the list', 'until its end is shown', 'blocked'],
      row(`${FEW} messages`, short),
      row(`${MANY} messages`, long),
    ]),
    `${MANY} messages take ${ratio.toFixed(2)} times as long as ${FEW} (goals: at most 300 ms, 50 ms blocked)`,
  ]
}

function describeUse(typing: number[], scrolled: Watched): string[] {
  const [p50 = 0, p95 = 0] = percentiles(typing, [50, 95])
  return [
    `typing in it: P50 ${p50.toFixed(1)} ms, P95 ${p95.toFixed(1)} ms from the key to the frame after it (goal: P95 at most 16 ms)`,
    `scrolling through it: ${percent(droppedShare(scrolled))} of ${scrolled.frames.length} frames late, ${scrolled.longTasks.length} long tasks`,
  ]
}

function describeStreaming(rounds: Streamed[]): string[] {
  const longTasks = rounds.map((round) => round.longTasks.length)
  const worst = Math.max(0, ...rounds.flatMap((round) => round.longTasks))
  return [
    `${TOKENS} tokens at ${TOKENS_A_SECOND}/s: main thread busy ${percent(median(rounds.map(({ busy }) => busy)))}, ${percent(median(rounds.map(droppedShare)))} of frames late, ${median(longTasks)} long tasks, the longest ${whole(worst)} (goals: 40 %, 2 %, 0)`,
  ]
}
