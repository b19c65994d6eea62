import { readFile } from 'node:fs/promises'
import type { Locator } from '@playwright/test'
import { fill } from '#lib/i18n/fill.ts'
import { aloudTexts } from '#lib/i18n/rooms/aloud.ts'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { diagramTexts } from '#lib/i18n/rooms/diagram.ts'
import { answer, createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { longConversation } from '#tests/support/long-conversation.ts'

const ANSWER = `水 \\(\\ce{H2O}\\)。因为 $x > 0$，所以花 $5 到 $10：

\\[
\\frac{1}{x}
\\]

\`\`\`python
def f(): return "x"  # why
\`\`\`

| 名 | Price |
| --- | ---: |
| 茶 | 5 |`

test('code, formulas and tables are read, copied and saved', async ({ page, chat, upstream, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const elsewhere: string[] = []
  scriptAnswer(upstream, answer.text(ANSWER))
  await chat.open()
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(page.url()).origin) elsewhere.push(request.url())
  })
  await chat.ask('How?')
  await chat.settled('complete')
  const { lastAnswer, texts } = chat

  await expect(lastAnswer.locator('.katex')).toHaveCount(3)
  await expect(lastAnswer.locator('.katex-html').first()).toHaveText(/^H.?2.?O$/)
  await expect(lastAnswer.locator('math').nth(1)).toContainText('x > 0')
  await expect(lastAnswer).toContainText('所以花 $5 到 $10')
  await expect(lastAnswer.locator('[data-code="keyword"]').first()).toHaveText('def')

  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await lastAnswer.getByRole('button', { name: texts.code.copy }).click()
  await expect.poll(copied).toBe('def f(): return "x"  # why')
  await lastAnswer.getByRole('region', { name: texts.markdown.table }).hover()
  await lastAnswer.getByRole('button', { name: texts.markdown.copyTable }).click()
  await expect.poll(copied).toBe('名\tPrice\n茶\t5')
  const copiedHtml = () =>
    page.evaluate(async () => {
      const [item] = await navigator.clipboard.read()
      return (await item?.getType('text/html'))?.text() ?? ''
    })
  // Nothing of the page's own goes along, and each formula is there once.
  await lastAnswer.getByRole('button', { name: texts.answer.copy, exact: true }).click()
  await expect.poll(copied).toBe(ANSWER)
  const whole = await copiedHtml()
  expect(whole).not.toMatch(/<(?:span|button|figure|annotation)|\s(?:class|style|data-[a-z]+)=/)
  expect(whole.match(/<math/g)).toHaveLength(3)
  expect(whole).toContain('<td align="right">5</td>')
  await lastAnswer.locator('[data-rendered]').evaluate((text) => getSelection()?.selectAllChildren(text))
  await expect(page.getByRole('button', { name: texts.conversation.quote })).toBeVisible()
  await page.keyboard.press('Control+c')
  await expect.poll(copied).toContain('因为 $x > 0$，所以花 $5 到 $10：\n$$\\frac{1}{x}$$\n')
  expect(await copied()).toContain('名\tPrice\n茶\t5')
  expect((await copiedHtml()).match(/<math/g)).toHaveLength(3)
  await page.evaluate(() => getSelection()?.removeAllRanges())

  const wrap = lastAnswer.getByRole('button', { name: texts.code.wrap })
  await wrap.click()
  await expect(wrap).toHaveAttribute('aria-pressed', 'true')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    lastAnswer.getByRole('button', { name: texts.code.download }).click(),
  ])
  expect(download.suggestedFilename()).toBe('code.py')

  // The server's own HTML and what the page makes of it are the same answer.
  await page.reload()
  await expect(chat.lastAnswer.locator('.katex')).toHaveCount(3)
  expect(elsewhere).toEqual([])
})

test('a long answer that comes at once is formatted in steps', { tag: '@desktop' }, async ({
  page,
  chat,
  upstream,
}) => {
  const part = (index: number) =>
    `## Part ${index}\n\n${'Silver 银 '.repeat(20)} **bold** and \`code\`.\n\n- one\n- two\n\n`
  const rows = Array.from({ length: 120 }, (_, index) => `| ${index} | *tin* |`).join('\n')
  const long = `${Array.from({ length: 300 }, (_, index) => part(index)).join('')}| a | b |\n| --- | --- |\n${rows}\n`
  scriptAnswer(upstream, answer.text([long.slice(0, 20), long.slice(20)]))
  await chat.open()
  await page.evaluate(() => {
    const added: number[] = []
    Object.assign(window, { added })
    new MutationObserver((records) => {
      const nodes = records.flatMap(({ addedNodes }) => [...addedNodes])
      const elements = nodes.filter((node) => node instanceof Element)
      added.push(elements.reduce((sum, element) => sum + 1 + element.querySelectorAll('*').length, 0))
    }).observe(document.body, { childList: true, subtree: true })
  })
  await chat.ask('All of it, please')
  await chat.settled('complete')
  const { lastAnswer } = chat
  // Nothing is ever missing: what is still to be formatted stands there as it was written.
  expect(await lastAnswer.locator('.answer-text').textContent()).toMatch(/Part 0[\s\S]*Part 299[\s\S]*119/)
  await expect(lastAnswer.locator('h2[aria-level]')).toHaveCount(300)
  await expect(lastAnswer.locator('tbody')).toHaveCount(1)
  await expect(lastAnswer.locator('tbody tr')).toHaveCount(120)
  await expect(lastAnswer.locator('tbody em')).toHaveCount(120)
  await expect(lastAnswer.locator('.answer-text')).not.toContainText('**')
  const added = await page.evaluate(() => (window as unknown as { added: number[] }).added)
  const all = await lastAnswer.locator('.answer-text *').count()
  expect(Math.max(...added)).toBeLessThan(all / 2)
})

test('an answer is read aloud sentence by sentence, rated, and quoted', { tag: '@desktop' }, async ({
  page,
  chat,
  upstream,
}) => {
  // The browsers of tests have no voice: this one says a sentence when the test lets it.
  await page.addInitScript(() => {
    const said: string[] = []
    let current: SpeechSynthesisUtterance | undefined
    const synthesis = {
      said,
      getVoices: () => [{ lang: 'zh-CN', voiceURI: 'zh', name: 'Ting', localService: true }],
      speak(utterance: SpeechSynthesisUtterance) {
        said.push(`${utterance.lang}: ${utterance.text}`)
        current = utterance
      },
      cancel() {
        current = undefined
      },
      finish: () => current?.dispatchEvent(new Event('end')),
      addEventListener() {},
      removeEventListener() {},
    }
    Object.defineProperty(window, 'speechSynthesis', { value: synthesis })
    // Utterances of the real kind would refuse a voice that is none.
    class Utterance extends EventTarget {
      readonly text: string
      constructor(text: string) {
        super()
        this.text = text
      }
    }
    Object.assign(window, { SpeechSynthesisUtterance: Utterance })
  })
  scriptAnswer(
    upstream,
    answer.text(
      'Silver is **thin**, where $x > 0$.\n\n```js\nskipped()\n  altogether()\n```\n\n镜子背面是银。',
    ),
  )
  await chat.open()
  await chat.ask('How?')
  await chat.settled('complete')
  // What is read is what is on the page: formatted, once the formatter is there.
  await expect(chat.lastAnswer.locator('.katex')).toBeVisible()
  await expect(chat.lastAnswer.locator('strong')).toHaveText('thin')
  const { lastAnswer, texts } = chat
  const words = aloudTexts.en
  const said = () =>
    page.evaluate(() => (window.speechSynthesis as SpeechSynthesis & { said: string[] }).said)
  const finish = () =>
    page.evaluate(() => (window.speechSynthesis as SpeechSynthesis & { finish(): void }).finish())

  await lastAnswer.getByRole('button', { name: texts.answer.readAloud }).click()
  const bar = page.getByRole('region', { name: words.label })
  await expect(bar).toContainText(words.reading)
  await finish()
  await bar.getByRole('button', { name: words.pause }).click()
  await expect(bar).toContainText(words.paused)
  await bar.getByRole('button', { name: words.resume }).click()
  expect(await said()).toEqual([
    expect.stringMatching(/^en: Silver is thin, where .*\.$/),
    'zh-CN: 镜子背面是银。',
    'zh-CN: 镜子背面是银。',
  ])
  await finish()
  await expect(bar).toBeHidden()

  const good = lastAnswer.getByRole('button', { name: texts.answer.good })
  const rated = page.waitForResponse((response) => response.url().endsWith('/rating'))
  await good.click()
  expect((await rated).status()).toBe(204)
  await page.reload()
  await expect(good).toHaveAttribute('aria-pressed', 'true')

  await chat.composer.fill('About this:')
  await expect(lastAnswer.locator('.katex')).toBeVisible()
  await lastAnswer.locator('p').first().selectText()
  await page.getByRole('button', { name: texts.conversation.quote }).click()
  await expect(chat.composer).toHaveValue('About this:\n\n> Silver is thin, where $x > 0$.\n\n')
  // Code keeps its lines.
  await chat.composer.fill('')
  await lastAnswer.locator('pre').selectText()
  await page.getByRole('button', { name: texts.conversation.quote }).click()
  await expect(chat.composer).toHaveValue('> skipped()\n>   altogether()\n\n')
  await expect(chat.composer).toBeFocused()
})

test('a long conversation is searched, and has an outline of its questions', { tag: '@desktop' }, async ({
  page,
  chat,
  baseURL,
  upstream,
}) => {
  const document = longConversation('Mirrors', 40)
  await chat.open()
  const imported = await page.request.post(`${baseURL}/api/import`, {
    headers: { 'content-type': 'application/octet-stream', origin: baseURL ?? '' },
    data: Buffer.from(JSON.stringify(document)),
  })
  expect(await imported.text()).toContain('"imported"')
  await page.addInitScript(() => {
    const typing = setInterval(() => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' })), 30)
    window.addEventListener('typed', () => clearInterval(typing))
  })
  await chat.open(`/c/${document.conversations[0]?.id}`)
  const words = contentsTexts.en

  // Who types at once is not held up by what is out of sight.
  const [before, after] = await page.evaluate(async () => {
    const countAfter = async (spareMoments: number) => {
      for (let moment = 0; moment < spareMoments; moment++) {
        await new Promise((resolve) => requestIdleCallback(resolve))
      }
      return window.document.querySelectorAll('[data-held]').length
    }
    return [await countAfter(20), await countAfter(20)]
  })
  expect(before).toBeGreaterThan(0)
  expect(after).toBe(before)
  await page.evaluate(() => window.dispatchEvent(new Event('typed')))
  // What is far from its end has its content a moment later, wherever one is.
  await expect(page.locator('[data-held]')).toHaveCount(0)
  await expect(chat.answers.first()).toContainText('silver')
  await expect(chat.questions.last()).toBeInViewport()

  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.context().route('**/_next/static/**', async (route) => {
    await released
    await route.continue()
  })
  await page.keyboard.press('Control+f')
  await page.keyboard.type('va')
  release()
  const search = page.getByRole('search', { name: words.find })
  await expect(search.getByRole('textbox')).toHaveValue('va')
  await page.keyboard.type('lue3')
  await expect(search.getByRole('textbox')).toHaveValue('value3')
  await page.context().unroute('**/_next/static/**')
  await search.getByRole('textbox').fill('折返')
  const status = search.getByRole('status')
  await expect(status).toHaveText(/^\d+ \/ \d+$/)
  const [place = 0, count = 0] = (await status.innerText()).split(' / ').map(Number)
  const marked = (name: string) =>
    page.evaluate((of) => {
      const ranges = [...(CSS.highlights.get(of) ?? [])] as Range[]
      const { top = -1, bottom = -1 } = ranges[0]?.getBoundingClientRect() ?? {}
      return { texts: ranges.map(String), isInSight: top > 0 && bottom < window.innerHeight }
    }, name)
  expect((await marked('found')).texts).toEqual(Array.from({ length: count }, () => '折返'))
  await page.keyboard.press('Shift+Enter')
  await expect(status).toHaveText(`${place === 1 ? count : place - 1} / ${count}`)
  expect(await marked('found-here')).toEqual({ texts: ['折返'], isInSight: true })
  await search.getByRole('textbox').fill('value3')
  // Code that gets its colours meanwhile is searched again.
  await expect.poll(async () => (await marked('found')).texts).toContain('value3')
  await page.keyboard.press('Escape')
  await expect(search).toBeHidden()
  expect((await marked('found')).texts).toEqual([])

  const second = chat.questions.nth(1)
  await expect(second).not.toBeInViewport()
  const outline = page.getByRole('navigation', { name: words.questions })
  await outline.hover()
  await outline.getByRole('button', { name: /^Question 2:/ }).click()
  await expect(second).toBeInViewport()
  await expect(outline.getByRole('button', { name: /^Question 2:/ })).toHaveAttribute(
    'aria-current',
    'location',
  )

  await page.getByRole('button', { name: chat.texts.conversation.contents }).click()
  await page.getByRole('menuitem', { name: /Question 20:/ }).click()
  await expect(chat.questions.last()).toBeInViewport()

  // What is asked comes to the top, however short its answer is.
  scriptAnswer(upstream, answer.text('Short.'))
  await chat.ask('And now?')
  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('Short.')
  await expect.poll(async () => (await chat.questions.last().boundingBox())?.y).toBeLessThan(160)

  // In a window as low as one made four times as large, most of it is still for reading.
  const size = page.viewportSize() ?? { width: 1280, height: 720 }
  await page.setViewportSize({ width: 320, height: 256 })
  await page.mouse.move(160, 100)
  await page.mouse.wheel(0, -10_000)
  await expect.poll(async () => (await chat.composer.boundingBox())?.y).toBeGreaterThan(160)
  await page.keyboard.press('Tab')
  await expect(chat.button(chat.texts.composer.send)).toBeInViewport({ ratio: 1 })
  await page.setViewportSize(size)

  // On paper it is whole, dark on white whatever was chosen for the screen, and only what was said.
  await page.locator('html').evaluate((html) => html.setAttribute('data-theme', 'dark'))
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light')
  expect(await page.locator('html').evaluate(({ scrollHeight }) => scrollHeight)).toBeGreaterThan(5_000)
  await expect(chat.answers.first()).toBeVisible()
  await expect(page.getByRole('button').filter({ visible: true })).toHaveCount(0)
})

test('what is read stays in its place while the page above it grows, also where the browser does not see to it', {
  tag: '@desktop',
}, async ({ page, chat }) => {
  // As in WebKit.
  await page.addInitScript(() => {
    const supports = CSS.supports.bind(CSS)
    CSS.supports = (name: string, value?: string) =>
      name !== 'overflow-anchor' && (value === undefined ? supports(name) : supports(name, value))
  })
  await chat.open()
  const { origin } = new URL(page.url())
  const document = longConversation('Long', 40)
  const headers = { origin, 'content-type': 'application/json' }
  await page.request.post('/api/import', { data: JSON.stringify(document), headers })
  await chat.open(`/c/${document.conversations[0]?.id}`)
  await page.addStyleTag({ content: '.pane { overflow-anchor: none }' })
  await page.locator('.pane').hover()
  await page.mouse.wheel(0, -1500)
  await expect(chat.button(chat.texts.conversation.latest)).toBeVisible()
  const read = chat.questions.nth(15)
  const top = async () => Math.round((await read.boundingBox())?.y ?? Number.NaN)
  const grow = (px: number) =>
    chat.questions.first().evaluate((first, px) => {
      first.style.paddingBottom = `${px}px`
    }, px)
  // The page is let alone while it moves.
  await expect
    .poll(async () => {
      await grow(0)
      const before = await top()
      await grow(900)
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))))
      return (await top()) - before
    })
    .toBe(0)
})

test('a diagram is drawn when its fence closes, in the colours of the page', { tag: '@desktop' }, async ({
  page,
  chat,
  upstream,
}) => {
  const live = createLiveAnswer()
  scriptAnswer(upstream, live.step)
  await chat.open()
  await chat.ask('Draw')
  live.say('So: it is drawn. Half a')
  // Those who listen get whole sentences.
  await expect(page.locator('[data-spoken]')).toHaveText('So: it is drawn.')
  live.say(' word.\n\n```mermaid\ngraph TD\n  A[镜子] --> B{银?}\n')
  const { lastAnswer } = chat
  const words = diagramTexts.en
  const picture = lastAnswer.getByRole('img', { name: fill(words.alt, { kind: 'graph' }) })
  await expect(lastAnswer).toContainText('A[镜子]')
  live.say('  B --> C\n  style C fill:#fee\n```\n\n')
  await expect(picture).toBeVisible()
  await expect(lastAnswer).toHaveAttribute('data-status', 'running')

  // The end is followed, also when the browser lets go of it, until the reader goes back.
  const pane = page.locator('.pane')
  const toEnd = () =>
    pane.evaluate((pane) => pane.scrollHeight - pane.clientHeight - Math.round(pane.scrollTop))
  const lines = (name: string) => Array.from({ length: 40 }, (_, at) => `${name} ${at}\n\n`).join('')
  live.say(lines('Line'))
  await expect(lastAnswer).toContainText('Line 39')
  await expect.poll(toEnd).toBeLessThan(2)
  live.say('Slips')
  await pane.evaluate(async (pane) => {
    await new Promise<void>((resolve) => {
      const grown = new ResizeObserver(() => pane.textContent?.includes('Slips') && resolve())
      if (pane.firstElementChild) grown.observe(pane.firstElementChild)
    })
    pane.scrollTop -= 300
  })
  await expect.poll(toEnd).toBeLessThan(2)
  await pane.hover()
  // Also while the page is growing.
  await pane.evaluate((pane) => {
    const grow = () => pane.firstElementChild?.setAttribute('style', 'padding-bottom: 1px')
    window.addEventListener('scroll', grow, { capture: true, once: true })
  })
  await page.mouse.wheel(0, -400)
  await expect.poll(toEnd).toBeGreaterThan(300)
  live.say(`\n\n${lines('More')}`)
  await expect(lastAnswer).toContainText('More 39')
  expect(await toEnd()).toBeGreaterThan(1000)
  await page.getByRole('button', { name: chat.texts.conversation.latest }).click()
  await expect.poll(toEnd).toBeLessThan(2)
  live.say('```mermaid\ngraph TD\n  A --> (\n```\n\n```mermaid\nblock-beta\n  a b\n```\n\n')
  live.say(
    '```mermaid\ngantt\n  dateFormat YYYY-MM-DD\n  设计 :a, 2026-01-01, 10d\n  编码 :after a, 20d\n```\n',
  )
  live.finish()
  await chat.settled('complete')
  await expect(lastAnswer).toContainText(fill(words.failed, { reason: '' }).trim())

  // The dates of a plan do not run over one another.
  const plan = lastAnswer.getByRole('img', { name: fill(words.alt, { kind: 'gantt' }) })
  await expect(plan).toBeVisible()
  const savedSvg = async (button: Locator) => {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
    expect(download.suggestedFilename()).toBe('diagram.svg')
    return await readFile(await download.path(), 'utf8')
  }
  const saveButtons = lastAnswer.getByRole('button', { name: words.download })
  const axis = (await savedSvg(saveButtons.last())).matchAll(
    /class="tick"[^>]*translate\(([\d.]+)(?:(?!<\/g>).)*<text[^>]*>2026-\d\d-\d\d</gs,
  )
  const dates = [...axis].map(([, x]) => Number(x))
  expect(dates.length).toBeGreaterThan(3)
  for (const [at, x] of dates.slice(1).entries()) expect(x - (dates[at] ?? 0)).toBeGreaterThan(60)

  const source = await picture.getAttribute('src')
  const size = () => picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])
  const drawn = await size()
  // Drawn anew, and of the same size for those who want nothing to move.
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect(picture).not.toHaveAttribute('src', source ?? '')
  await expect.poll(size).toEqual(drawn)

  await lastAnswer.getByRole('button', { name: words.showSource }).first().click()
  await expect(picture).toBeHidden()
  await lastAnswer.getByRole('button', { name: words.showDiagram }).click()
  const svg = await savedSvg(saveButtons.first())
  expect(svg).toContain('镜子')
  expect(svg).not.toContain('foreignObject')
  // On the pale ground that its source chose, a label is dark.
  expect(svg).toMatch(/style="fill: ?rgb\(27, 31, 38\) !important[^>]*>(?:<tspan[^>]*>)+C</)

  await lastAnswer.getByRole('button', { name: words.enlarge, exact: true }).first().click()
  const view = page.getByRole('dialog')
  const width = async () => (await view.getByRole('img').boundingBox())?.width ?? 0
  const before = await width()
  await view.getByRole('button', { name: words.larger }).click()
  await expect.poll(width).toBeGreaterThan(before * 1.2)
  await page.keyboard.press('Escape')
  await expect(view).toBeHidden()

  // Far from where one reads it is drawn before the page is printed.
  await page.reload()
  await chat.settled('complete')
  await expect(lastAnswer).toContainText('More 39')
  const printed = page.evaluate(
    () =>
      new Promise((resolve) => {
        window.print = () => resolve(document.querySelectorAll('[data-diagram] img').length)
      }),
  )
  await expect(page.locator('[data-diagram]')).toHaveCount(4)
  await expect(page.locator('[data-diagram]').last()).not.toContainText('dateFormat')
  await expect(picture).toHaveCount(0)
  await page.keyboard.press('Control+p')
  expect(await printed).toBe(3)
})
