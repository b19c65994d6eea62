import { answer, createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

test('a question is answered, and the answer is read while it grows', async ({ page, chat, upstream }) => {
  const live = createLiveAnswer()
  scriptAnswer(upstream, live.step)
  await chat.open()
  await chat.ask('What is tain?')

  live.say('The silver behind ')
  await expect(chat.lastAnswer).toContainText('The silver behind')
  await expect(chat.button(chat.texts.composer.stop)).toBeVisible()
  live.say('a **mirror**, 镜子背面的银。')
  live.finish()

  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('The silver behind a mirror, 镜子背面的银。')
  await expect(chat.lastAnswer.locator('strong')).toHaveText('mirror')
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  await expect(chat.button(chat.texts.composer.send)).toBeVisible()
})

test('a reload shows the conversation', async ({ page, chat, upstream }) => {
  scriptAnswer(upstream, answer.text('Still here.'))
  await chat.open()
  await chat.ask('Will you be there?')
  await chat.settled('complete')
  await page.reload()
  await expect(chat.questions).toHaveText([/Will you be there\?/])
  await expect(chat.lastAnswer).toContainText('Still here.')
})

test('a reload in the middle of an answer goes on with it', async ({ page, chat, upstream }) => {
  const live = createLiveAnswer()
  scriptAnswer(upstream, live.step)
  await chat.open()
  await chat.ask('Count')
  live.say('one, ')
  await expect(chat.lastAnswer).toContainText('one,')
  await page.reload()
  await expect(chat.lastAnswer).toContainText('one,')
  live.say('two.')
  live.finish()
  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('one, two.')
})

test('stop ends the answer at upstream and keeps what had come', async ({ chat, upstream }) => {
  const live = createLiveAnswer()
  scriptAnswer(upstream, live.step)
  await chat.open()
  await chat.ask('Tell me everything')
  const request = await upstream.nextRequest({ path: '/v1/chat/completions' })
  live.say('Everything began ')
  await expect(chat.lastAnswer).toContainText('Everything began')
  await chat.button(chat.texts.composer.stop).click()

  await chat.settled('stopped')
  await expect(chat.lastAnswer).toContainText('Everything began')
  await expect(chat.lastAnswer).toContainText(chat.texts.answer.stopped)
  await request.closed
})

test('regenerating adds a branch beside the first, and both stay', async ({ page, chat, upstream }) => {
  scriptAnswer(upstream, answer.text('First answer.'))
  scriptAnswer(upstream, answer.text('Second answer.'))
  await chat.open()
  await chat.ask('Say something')
  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('First answer.')
  await chat.button(chat.texts.answer.regenerate).click()

  await expect(chat.lastAnswer).toContainText('Second answer.')
  await expect(chat.lastAnswer).toContainText('2 / 2')
  await expect(chat.answers).toHaveCount(1)
  await chat.button(chat.texts.answer.previous).click()
  await expect(chat.lastAnswer).toContainText('First answer.')
  await expect(chat.lastAnswer).toContainText('1 / 2')

  const stored = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await chat.button(chat.texts.answer.next).click()
  expect((await stored).ok()).toBe(true)
  await page.reload()
  await expect(chat.lastAnswer).toContainText('Second answer.')
})

test('conversations are listed, and each opens again', async ({ page, chat, upstream }) => {
  scriptAnswer(upstream, answer.text('About **silver**.'))
  scriptAnswer(upstream, answer.text('About glass.'))
  await chat.open()
  await chat.ask('Tell me about silver')
  await chat.settled('complete')
  const first = page.url()

  await chat.newChat.click()
  await expect(chat.questions).toHaveCount(0)
  await chat.ask('Tell me about glass')
  await chat.settled('complete')
  expect(page.url()).not.toBe(first)

  const list = await chat.openSidebar()
  await expect(list.getByRole('link')).toHaveText([/Tell me about glass/, /Tell me about silver/])
  await list.getByRole('link', { name: 'Tell me about silver' }).click()
  await expect(page).toHaveURL(first)
  await expect(chat.lastAnswer).toContainText('About silver.')
  await page.goBack()
  await expect(chat.lastAnswer).toContainText('About glass.')

  // As a screen reader opens one, without a key or a pointer.
  await chat.open()
  await page.locator(`a[href="${new URL(first).pathname}"]`).dispatchEvent('click')
  await expect(chat.lastAnswer.locator('strong')).toHaveText('silver')
  await page.goBack()

  // Whoever comes back to the page tomorrow asked yesterday.
  await page.clock.setFixedTime(Date.now() + 86_400_000)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  const yesterday = (await chat.openSidebar()).getByRole('region', { name: 'Yesterday' })
  await expect(yesterday.getByRole('link')).toHaveCount(2)
})

test('what is asked in one tab is shown in the other, and gone on with there', { tag: '@desktop' }, async ({
  page,
  chat,
  context,
  upstream,
}) => {
  for (const text of ['One.', 'Two.', 'Three.', 'Four.']) scriptAnswer(upstream, answer.text(text))
  await chat.open()
  await chat.ask('First')
  await chat.settled('complete')
  const otherPage = await context.newPage()
  const other = createChatPage(otherPage)
  await other.open(page.url())
  await chat.ask('Second')
  await expect(other.questions).toHaveText([/First/, /Second/])
  await expect(other.lastAnswer).toContainText('Two.')
  await other.settled('complete')
  await other.ask('Third')
  await expect(chat.lastAnswer).toContainText('Three.')
  await expect(chat.questions).toHaveText([/First/, /Second/, /Third/])

  // What one tab is still sending is kept in a tab that is opened meanwhile, for as long as it has not arrived.
  const line = Promise.withResolvers<void>()
  await page.route('**/api/chat', async (route) => {
    await line.promise
    await route.continue()
  })
  await chat.composer.fill('Fourth')
  await chat.composer.press('Enter')
  await expect(chat.questions).toHaveCount(4)
  await otherPage.reload()
  await expect(other.composer).toHaveValue('Fourth')
  line.resolve()
  await expect(other.questions).toHaveCount(4)
  await expect(other.composer).toHaveValue('')
  await expect(other.lastAnswer).toContainText('Four.')

  // A box that is empty in one tab takes nothing from the draft in another.
  await chat.composer.fill('Half a thought')
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await otherPage.goto('about:blank')
  await otherPage.close()
  const drafts = await page.evaluate(() =>
    Object.entries(localStorage).filter(([name]) => /draft/.test(name)),
  )
  expect(drafts.map(([, text]) => text)).toEqual(['Half a thought'])
})

test('the second question carries the first turn with it', async ({ chat, upstream }) => {
  scriptAnswer(upstream, answer.text('Nice to meet you, Ada.'))
  scriptAnswer(upstream, answer.text('Ada.'))
  await chat.open()
  await chat.ask('I am Ada')
  await chat.settled('complete')
  await chat.ask('Who am I?')
  await expect(chat.answers).toHaveCount(2)
  await chat.settled('complete')

  await upstream.nextRequest({ path: '/v1/chat/completions' })
  const second = await upstream.nextRequest({ path: '/v1/chat/completions' })
  const { messages } = JSON.parse((await second.body).toString())
  expect(messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user'])
})

test('Enter that chooses a word of an input method does not send', async ({ chat, upstream }) => {
  await chat.open()
  await chat.composer.fill('你好')
  await chat.composer.evaluate((box) => {
    const enter = (init: KeyboardEventInit) =>
      box.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }),
      )
    box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    enter({ isComposing: true, keyCode: 229 })
    box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '你好' }))
    // Safari ends the composition first, and then reports the same key.
    enter({ isComposing: false, keyCode: 229 })
  })
  await expect(chat.composer).toHaveValue('你好')
  await expect(chat.questions).toHaveCount(0)

  // The Enter that is meant to send proves that the ones before had every chance to.
  await chat.composer.press('Enter')
  await chat.settled('complete')
  await expect(chat.questions).toHaveCount(1)
  expect(upstream.received.filter(({ path }) => path === '/v1/chat/completions')).toHaveLength(1)
})

test('Shift+Enter breaks the line', async ({ chat }) => {
  await chat.open()
  await chat.composer.fill('first')
  await chat.composer.press('Shift+Enter')
  await chat.composer.pressSequentially('second')
  await expect(chat.composer).toHaveValue('first\nsecond')
  await expect(chat.questions).toHaveCount(0)
})

test('nothing is asked of any other site, and nothing fails in the page', async ({
  page,
  chat,
  site,
  upstream,
}) => {
  const foreign: string[] = []
  const errors: string[] = []
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (/^(https?|wss?):$/.test(protocol) && origin !== site.url) foreign.push(origin)
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  scriptAnswer(
    upstream,
    answer.text('![picture](https://images.example/a.png) <img src="https://images.example/b.png">'),
  )
  await chat.open()
  await chat.ask('Show me a picture')
  await chat.settled('complete')
  expect(foreign).toEqual([])
  expect(errors).toEqual([])
})
