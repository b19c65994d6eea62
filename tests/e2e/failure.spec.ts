import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { answer, createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { freePort } from '#tests/support/ports.ts'
import { type Site, upstreamSettings } from '#tests/support/site.ts'

/** All parts of all messages, as they are in the database file. */
function storedParts({ dataDir }: Site): string {
  const database = new DatabaseSync(path.join(dataDir, 'tain.db'), { readOnly: true })
  const rows = database.prepare('select parts from message').all()
  database.close()
  return rows.map(({ parts }) => parts).join('\n')
}

test('an upstream that is down is said in the page, and the question is kept', async ({
  page,
  chat,
  startSite,
}) => {
  const nobody = `http://127.0.0.1:${await freePort()}/v1`
  const site = await startSite({ env: { OPENAI_BASE_URL: nobody, OPENAI_MODEL: 'tain-demo' } })
  await chat.open(site.url)
  await chat.ask('Is anybody there?')
  await chat.settled('failed')
  const { what } = chat.texts.failure.upstream_down
  await expect(page.getByRole('region', { name: what })).toBeVisible()

  await page.reload()
  await expect(chat.questions).toHaveText([/Is anybody there\?/])
  await expect(page.getByRole('region', { name: what })).toBeVisible()
})

test('trying again after a failure answers the same question', async ({ page, chat, upstream }) => {
  upstream.script({ ...fault.quota(), match: { path: '/v1/chat/completions' } })
  await chat.open()
  await chat.ask('Once more, please')
  await chat.settled('failed')
  await expect(page.getByRole('region', { name: chat.texts.failure.account_money.what })).toBeVisible()
  await chat.button(chat.texts.failure.retry).click()
  await chat.settled('complete')
  await expect(chat.questions).toHaveText([/Once more, please/])
})

test('a site that cannot be reached leaves the typed text in the box', async ({
  page,
  chat,
  startSite,
  upstream,
}) => {
  const site = await startSite({ env: upstreamSettings(upstream) })
  await chat.open(site.url)
  await site.kill('SIGKILL')
  await chat.composer.fill('A long and thoughtful question')
  await expect(chat.button(chat.texts.composer.send)).toHaveAttribute('aria-disabled', 'false')
  await chat.composer.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: chat.texts.send.network })).toBeVisible()
  await expect(chat.composer).toHaveValue('A long and thoughtful question')
})

test('what could not be sent is back where it was written, wherever its writer was and what they wrote meanwhile', {
  tag: '@desktop',
}, async ({ page, chat, context, upstream }) => {
  scriptAnswer(upstream, answer.text('First answer'))
  await chat.open()
  await chat.ask('What is tin?')
  await chat.settled('complete')
  const path = new URL(page.url()).pathname
  const { promise: refusal, resolve: refuse } = Promise.withResolvers<void>()
  const error = { code: 'rate_limited', message: 'Slow down.' }
  await page.route('**/api/chat', async (route) => {
    await refusal
    await route.fulfill({ status: 429, headers: { 'retry-after': '12' }, json: { error } })
  })
  const refused = page.waitForEvent('requestfinished', (request) => request.url().endsWith('/api/chat'))

  // Refused while one is elsewhere, and the page is left from there.
  await chat.ask('Asked there')
  await chat.newChat.click()
  await chat.composer.fill('Written here')
  refuse()
  await refused
  await page.reload()
  await expect(chat.composer).toHaveValue('Written here')
  await chat.open(path)
  await expect(chat.composer).toHaveValue('Asked there')

  // What was to be asked in place of a question is back in its place, with the reason at the composer.
  await chat.composer.fill('')
  await chat.composer.press('ArrowUp')
  const box = page.getByRole('textbox', { name: chat.texts.question.box })
  await box.fill('What is silver?')
  await box.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: chat.texts.send.limit })).toContainText('Slow down.')
  await expect(box).toHaveValue('What is silver?')
  await expect(box).toBeFocused()
  await expect(chat.composer).toHaveValue('')

  // So it is after a visit without a network, and nothing that is sent then takes its place.
  await page.unroute('**/api/chat')
  // What a browser that was just taken offline lets through all the same is no question of this test.
  await page.route('**/api/chat', (route) => route.abort())
  await context.setOffline(true)
  await box.press('Enter')
  await expect(page.getByText(chat.texts.conversation.waiting)).toBeVisible()
  await chat.composer.fill('And zinc?')
  await chat.composer.press('Enter')
  await expect(chat.composer).toHaveValue('')
  await page.goto('about:blank')
  await context.setOffline(false)
  await chat.open(path)
  await expect(box).toHaveValue('What is silver?')
  await expect(chat.composer).toHaveValue('And zinc?')
  await page.unroute('**/api/chat')
  scriptAnswer(upstream, answer.text('Second answer'))
  await box.press('Enter')
  await expect(chat.lastAnswer).toContainText('Second answer')
  await expect(chat.questions).toHaveText([/What is silver\?/])
})

test.describe('without a service worker, whose requests cannot be held up here', () => {
  test.use({ serviceWorkers: 'block' })
  test('what is sent before its conversation is there waits for it', { tag: '@desktop' }, async ({
    page,
    chat,
    upstream,
  }) => {
    scriptAnswer(upstream, answer.text('First answer'))
    await chat.open()
    await chat.ask('What is tin?')
    await chat.settled('complete')
    await chat.open()
    const { promise: opened, resolve: letIn } = Promise.withResolvers<void>()
    await page.route('**/api/conversations/*', async (route) => {
      await opened
      await route.continue()
    })
    await (await chat.openSidebar()).getByRole('link', { name: 'What is tin?' }).click()
    await expect(page.getByText(chat.texts.conversation.loading)).toBeVisible()
    scriptAnswer(upstream, answer.text('Second answer'))
    await chat.composer.fill('And silver?')
    await chat.composer.press('Enter')
    await expect(chat.composer).toHaveValue('And silver?')
    letIn()
    await expect(chat.lastAnswer).toContainText('Second answer')
    await expect(chat.questions).toHaveText([/What is tin\?/, /And silver\?/])
  })
})

test('a draft survives a reload', async ({ page, chat }) => {
  await chat.open()
  await chat.composer.fill('Half a thou')
  await page.reload()
  await expect(chat.composer).toHaveValue('Half a thou')
})

test('kill -9 in the middle of an answer loses neither the question nor what was stored', {
  tag: '@desktop',
}, async ({ page, startSite, upstream }) => {
  const live = createLiveAnswer()
  scriptAnswer(upstream, live.step)
  const secrets = { AUTH_SECRET: 's'.repeat(40), GATEWAY_TOKENS: 't'.repeat(40) }
  const env = { ...upstreamSettings(upstream), ...secrets }
  const first = await startSite({ env })
  const chat = createChatPage(page)
  await chat.open(first.url)
  await chat.ask('What must not be lost?')
  live.say('Not a word. ')
  await expect(chat.lastAnswer).toContainText('Not a word.')
  await expect(() => expect(storedParts(first)).toContain('Not a word.')).toPass()
  await first.kill('SIGKILL')

  const { port } = new URL(first.url)
  await startSite({ env: { ...env, PORT: port }, dataDir: first.dataDir })
  await page.reload()
  await expect(chat.questions).toHaveText([/What must not be lost\?/])
  await chat.settled('interrupted')
  await expect(chat.lastAnswer).toContainText('Not a word.')
  await expect(chat.lastAnswer).toContainText(chat.texts.answer.interrupted)
  const list = await chat.openSidebar()
  await expect(list.getByRole('link', { name: 'What must not be lost?' })).toBeVisible()
})

test('a conversation that is too long goes on without its beginning, and shows from where on', async ({
  page,
  chat,
  upstream,
}) => {
  await chat.open()
  await chat.ask('What was in the beginning?')
  await chat.settled('complete')
  const tooLong = { message: 'Too long.', type: 'invalid_request_error', code: 'context_length_exceeded' }
  const step = answer.json({ error: tooLong }, { status: 400 })
  upstream.script({ ...step, match: { path: '/v1/chat/completions' } })
  await chat.ask('And what now?')
  await chat.settled('complete')
  await expect(page.locator('.context-mark + article')).toContainText('And what now?')
  await page.reload()
  await expect(page.getByText(chat.texts.conversation.contextFrom)).toBeVisible()
})
