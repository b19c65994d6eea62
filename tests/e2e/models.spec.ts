import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { preferencesTexts } from '#lib/i18n/rooms/preferences.ts'
import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'
import type { DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { upstreamSettings } from '#tests/support/site.ts'

const texts = modelsTexts.en

/** The models that were asked, in order. */
async function asked(upstream: DemoUpstream): Promise<string[]> {
  const calls = upstream.received.filter(({ target }) => target.endsWith('/chat/completions'))
  return Promise.all(calls.map(async ({ body }) => JSON.parse(String(await body)).model))
}

// What differs under a finger is tried with the comparison.
test('a model is chosen by keyboard, kept by its conversation and for the next, and changed for one answer', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  for (const text of ['One', 'Two', 'Three']) scriptAnswer(upstream, answer.text(text))
  const picker = page.getByRole('dialog', { name: texts.title })
  await chat.open()
  await chat.button('Model: tain-demo').press('Enter')
  await expect(picker.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('fast')
  await expect(picker.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(picker).toHaveCount(0)
  await expect(chat.composer).toBeFocused()
  await chat.ask('Which one are you?')
  await chat.settled('complete')

  await page.reload()
  await expect(chat.button('Model: tain-demo-fast')).toBeVisible()
  await chat.lastAnswer.hover()
  await chat.lastAnswer.getByRole('button', { name: chat.texts.answer.regenerateWith }).click()
  await picker.getByRole('option', { name: /^tain-demo Default/ }).click()
  await expect(chat.lastAnswer).toContainText('Two')
  await chat.settled('complete')

  await chat.composer.pressSequentially('@demo')
  const offered = page.getByRole('listbox', { name: texts.forThis })
  await expect(offered.getByRole('option')).toHaveCount(2)
  await chat.composer.press('Enter')
  await expect(chat.composer).toHaveValue('')
  await chat.ask('And you?')
  await chat.settled('complete')
  expect(await asked(upstream)).toEqual(['tain-demo-fast', 'tain-demo', 'tain-demo'])
  await chat.newChat.click()
  await expect(chat.button('Model: tain-demo-fast')).toBeVisible()
})

test('settings are kept by the site, an own key by the browser alone', { tag: '@desktop' }, async ({
  page,
  chat,
  context,
  startSite,
  upstream,
}) => {
  const own = await startSite({ env: { ...upstreamSettings(upstream), BYOK: 'on' } })
  scriptAnswer(upstream, answer.text('Ahoy'))
  const words = preferencesTexts.en
  const panel = page.getByRole('dialog', { name: words.title })
  await chat.open(own.url)
  await chat.button(chat.texts.sidebar.settings).click()
  await panel.getByRole('button', { name: words.look.textSizes.large, exact: true }).click()
  await panel.getByRole('button', { name: words.look.themes.dark }).click()
  await panel.getByRole('button', { name: 'Ctrl Enter', exact: true }).click()
  await panel.getByRole('checkbox').check()
  await panel.getByLabel(words.ownKey.label).fill('sk-canary-of-a-person')
  await panel.getByRole('button', { name: words.ownKey.save }).click()
  await expect(panel).toContainText('sk-…rson')
  await panel.getByLabel(words.answers.instructions).fill('Talk like a sailor.')
  await panel.getByLabel(words.answers.notes).fill('My name is Ada.')
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)

  await chat.composer.fill('One')
  await chat.composer.press('Enter')
  await expect(chat.composer).toHaveValue('One\n')
  await chat.composer.press('Control+Enter')
  await chat.settled('complete')
  const request = upstream.received.find(({ target }) => target.endsWith('/chat/completions'))
  expect(request?.headers.authorization).toBe('Bearer sk-canary-of-a-person')
  expect(String(await request?.body)).toMatch(/Talk like a sailor.*My name is Ada/)
  expect(own.output()).not.toContain('canary')

  // Another browser of the same person: what the site keeps is there before any script ran, the key is not.
  const keptByBrowser = ['theme', 'text-size', 'model']
  const cookies = (await context.cookies()).filter(({ name }) => !keptByBrowser.includes(name))
  const elsewhere = await page.request.get(own.url, {
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
  })
  const html = await elsewhere.text()
  expect(html).toMatch(/<html[^>]* data-theme="dark" data-text-size="large"/)
  expect(html).toContain('Talk like a sailor.')
  expect(html).not.toContain('canary')

  // A site that has no key says so until one is entered.
  const keyless = await startSite({ env: { BYOK: 'on' } })
  await chat.open(keyless.url)
  await page.getByRole('button', { name: chat.texts.demo.enterKey }).click()
  await expect(panel).toContainText(words.ownKey.needed)
  await expect(panel.getByLabel(words.ownKey.label)).toBeFocused()
  await expect(panel.getByLabel(words.ownKey.label)).toBeInViewport({ ratio: 1 })
  await panel.getByLabel(words.ownKey.label).fill('sk-canary-of-a-person')
  await panel.getByRole('button', { name: words.ownKey.save }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText(chat.texts.demo.ownKey)).toHaveCount(0)
})

test('a prompt is written, asked for what it leaves open, and inserted; and deleting it can be undone', {
  tag: '@desktop',
}, async ({ page, chat }) => {
  const words = promptsTexts.en
  const offered = page.getByRole('listbox', { name: words.offer })
  const panel = page.getByRole('dialog', { name: words.title, exact: true })
  await chat.open()
  await chat.composer.pressSequentially('/')
  await expect(offered).toBeVisible()
  // "All" is a part of a word in one of those prompts, not a word.
  await chat.composer.pressSequentially('all that')
  await expect(offered).toHaveCount(0)
  await chat.composer.fill('/')
  await offered.getByRole('option', { name: words.manage }).click()
  await panel.getByRole('button', { name: words.add }).click()
  await panel.getByLabel(words.fields.title).fill('Haiku')
  await panel.getByLabel(words.fields.folder).fill('Verse')
  await panel.getByLabel(words.fields.text).fill('A haiku about {{what}} in {{language}}: ')
  await panel.getByRole('button', { name: words.save, exact: true }).click()
  await panel.getByRole('button', { name: 'Delete “Haiku”' }).click()
  await panel.getByRole('button', { name: words.undo }).click()
  await expect(panel.getByRole('heading', { name: 'Verse' })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.reload()
  await expect(async () => {
    await chat.composer.fill('')
    await chat.composer.pressSequentially('/haiku')
    await expect(offered.getByRole('option').first()).toContainText('Haiku', { timeout: 1_000 })
  }).toPass()
  await chat.composer.press('Enter')
  const form = page.getByRole('dialog', { name: 'Haiku' })
  await form.getByLabel('what').fill('a mirror')
  await form.getByLabel('what').press('Enter')
  await expect(chat.composer).toHaveValue('A haiku about a mirror in {{language}}:')
  await expect(chat.composer).toBeFocused()
})

test('several models answer one question side by side, and one answer is gone on with', async ({
  page,
  chat,
  upstream,
}) => {
  for (const text of ['First', 'Second', 'Third']) scriptAnswer(upstream, answer.text(text))
  const askBoth = async (question: string) => {
    await chat.button('Model: tain-demo').click()
    const picker = page.getByRole('dialog', { name: texts.title })
    await picker.getByRole('button', { name: texts.several }).click()
    for (const row of await picker.getByRole('option').all()) await row.click()
    await picker.getByRole('button', { name: 'Ask these 2' }).click()
    await chat.ask(question)
  }
  await chat.open()
  await askBoth('Who are you?')
  const comparison = page.getByRole('region', { name: texts.comparison })
  const column = comparison.locator('.comparison-column').filter({ hasText: 'tain-demo-fast' })
  await expect(comparison.locator('[data-status=complete]')).toHaveCount(2)
  await expect(chat.questions).toBeInViewport({ ratio: 1 })
  // On a phone one is shown at a time: its tab brings it into sight, and leaves the page where it is.
  const tab = comparison.getByRole('button', { name: 'tain-demo-fast', exact: true })
  let kept: string
  if (await tab.isVisible()) {
    const edge = (await chat.composer.boundingBox())?.x
    await tab.click()
    await expect(tab).toHaveAttribute('aria-pressed', 'true')
    await expect(column.getByRole('button', { name: texts.keep })).toBeInViewport({ ratio: 1 })
    expect((await chat.composer.boundingBox())?.x).toBe(edge)
    // What one sees is gone on with, also without being kept.
    await comparison.getByRole('button', { name: 'tain-demo', exact: true }).click()
    await expect(tab).toHaveAttribute('aria-pressed', 'false')
    kept = await comparison.locator('.comparison-column').first().locator('.answer-text').innerText()
  } else {
    await column.getByRole('button', { name: texts.keep }).click()
    await expect(comparison).toHaveCount(0)
    kept = await chat.lastAnswer.locator('.answer-text').innerText()
  }
  await chat.ask('Go on')
  await expect(comparison).toHaveCount(0)
  await chat.settled('complete')
  const last = upstream.received.filter(({ target }) => target.endsWith('/chat/completions')).at(-1)
  expect(
    JSON.parse(String(await last?.body)).messages.map(({ content }: { content: string }) => content),
  ).toEqual(['Who are you?', kept, 'Go on'])
  await chat.answers.first().hover()
  await chat.answers.first().getByRole('button', { name: chat.texts.answer.compare }).click()
  await expect(comparison).toContainText('First')
  await expect(comparison).toContainText('Second')

  // Where all of them fail one still sees what was asked, and each is tried again by its own model.
  for (let times = 0; times < 2; times++) scriptAnswer(upstream, fault.badRequest())
  await askBoth('And now?')
  await expect(comparison.locator('[data-status=failed]')).toHaveCount(2)
  await expect(chat.questions.last()).toBeInViewport({ ratio: 1 })
  if (await tab.isVisible()) await tab.click()
  await column.getByRole('button', { name: chat.texts.failure.retry }).click()
  await expect(comparison.locator('[data-status=complete]')).toHaveCount(1)
  expect((await asked(upstream)).at(-1)).toBe('tain-demo-fast')
})

test('without a network the site opens where one was, and sends when there is one again', {
  tag: '@desktop',
}, async ({ page, chat, context, upstream }) => {
  for (const text of ['First', 'Second']) scriptAnswer(upstream, answer.text(text))
  await chat.open()
  await chat.ask('Before the tunnel')
  await chat.settled('complete')
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.reload()
  await page.waitForFunction(() => caches.match('/', { ignoreVary: true }))
  await chat.settled('complete')
  // Answers go past it, in browsers that can be told so: without it nothing is to be waited for.
  const sourceOf = (path: string) =>
    page.evaluate(async (url) => {
      const timed = new Promise<PerformanceEntry>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntriesByName(window.location.origin + url)) resolve(entry)
        })
        observer.observe({ type: 'resource' })
      })
      await (await fetch(url)).text()
      return (await timed).toJSON().workerMatchedSourceType
    }, path)
  expect(await sourceOf('/api/messages/none/events')).toBe('network')
  expect(await sourceOf('/api/conversations/none')).toBe('')

  await context.setOffline(true)
  await page.goto('/')
  await (await chat.openSidebar()).getByRole('link', { name: 'Before the tunnel' }).click()
  await expect(chat.lastAnswer).toContainText('First')
  await chat.ask('In the tunel')
  await expect(page.getByText(chat.texts.conversation.waiting)).toBeVisible()
  await chat.composer.fill('Meanwhile')
  await chat.questions.last().getByRole('button', { name: chat.texts.question.edit }).click()
  await page.getByRole('textbox', { name: chat.texts.question.box }).fill('In the tunnel')
  await chat.button(chat.texts.question.ask).click()
  await expect(chat.questions).toHaveText([/Before the tunnel/, /In the tunnel/])
  await expect(chat.composer).toHaveValue('Meanwhile')
  await expect(chat.lastAnswer).toHaveText(new RegExp(`${chat.texts.answer.unsent}$`))
  await context.setOffline(false)
  await expect(chat.lastAnswer).toContainText('Second')
  await chat.settled('complete')
})
