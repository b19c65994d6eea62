import type { Page } from '@playwright/test'
import { messageMenuTexts } from '#lib/i18n/rooms/message-menu.ts'
import { reportTexts } from '#lib/i18n/rooms/reports.ts'
import { shareDialogTexts, sharePageTexts } from '#lib/i18n/rooms/sharing.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { violationsOf } from '#tests/support/violations.ts'

const [words, pageWords, menu] = [shareDialogTexts.en, sharePageTexts.en, messageMenuTexts.en]
const reports = reportTexts.en

test('a link shows the conversation up to an answer, without a script, until it is withdrawn', async ({
  page,
  chat,
  upstream,
  browser,
  baseURL,
}) => {
  scriptAnswer(upstream, answer.text('A **calm** surface.'))
  await chat.open()
  await chat.ask(`What is a mirror${' Tell me all of it.'.repeat(80)}`)
  await chat.settled('complete')
  scriptAnswer(upstream, answer.text('Private'))
  await chat.ask('And what is behind it?')
  await chat.settled('complete')

  await chat.answers.first().getByRole('button', { name: chat.texts.conversation.more }).click()
  await page.getByRole('menuitem', { name: menu.share }).click()
  const dialog = page.getByRole('dialog', { name: words.title })
  await dialog.getByRole('combobox', { name: words.lifetime }).selectOption(words.lifetimes[7])
  await dialog.getByRole('button', { name: words.create }).click()
  const link = await dialog.getByRole('textbox', { name: words.link }).inputValue()
  expect(link).toMatch(/\/share\/[\w-]{22}$/)

  const context = await browser.newContext({ baseURL, javaScriptEnabled: false, locale: 'en' })
  const reader = await context.newPage()
  await reader.goto(link)
  await expect(reader.locator('[data-role="assistant"] strong')).toHaveText('calm')
  await expect(reader.getByText('Private')).toHaveCount(0)
  const unfold = (shown: Page) => shown.getByRole('button', { name: chat.texts.question.more })
  const hidden = (shown: Page) =>
    shown.locator('.bubble').evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)
  await expect(unfold(reader)).toBeHidden()
  expect(await hidden(reader)).toBeLessThanOrEqual(1)
  await expect(reader.getByText(chat.texts.notice)).toBeVisible()
  // Readers report it, without a script too.
  await reader.getByText(reports.shareTitle).click()
  await reader.getByRole('radio', { name: reports.reasons.privacy }).check()
  await reader.getByRole('button', { name: reports.send }).click()
  await expect(reader.getByText(reports.sent)).toBeVisible()
  await reader.getByRole('button', { name: pageWords.continue }).click()
  await expect(reader).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  await expect(reader.locator('[data-role]')).toHaveCount(2)

  const conversation = page.url()
  await page.goto(link)
  expect(await hidden(page)).toBeGreaterThan(100)
  await unfold(page).click()
  await expect.poll(() => hidden(page)).toBeLessThanOrEqual(1)
  await page.getByText(reports.shareTitle).click()
  expect(await violationsOf(page, 'light')).toEqual([])
  await page.goto(conversation)
  await chat.answers.first().getByRole('button', { name: chat.texts.conversation.more }).click()
  await page.getByRole('menuitem', { name: menu.report }).click()
  const report = page.getByRole('dialog', { name: reports.title })
  await report.getByRole('radio', { name: reports.reasons.wrong }).check()
  await report.getByRole('button', { name: reports.send }).click()
  await expect(report.getByText(reports.sent)).toBeVisible()
  await report.getByRole('button', { name: reports.close }).last().click()

  // Whoever reports too much reads why nothing came of it, rather than what programs read.
  const form = { form: { reason: 'other' }, headers: { origin: new URL(link).origin } }
  for (let sent = 0; sent < 20; sent++) await context.request.post(`${link}/report`, form)
  await reader.goto(link)
  await reader.getByText(reports.shareTitle).click()
  await reader.getByRole('radio', { name: reports.reasons.other }).check()
  await reader.getByRole('button', { name: reports.send }).click()
  await expect(reader.getByText(reports.faults.too_many_reports)).toBeVisible()

  // Links that could not be loaded are not said to be none.
  await page.route('**/api/shares', (route) => route.abort(), { times: 1 })
  await chat.chooseInBar(chat.texts.conversation.share)
  await dialog.getByText(words.loadFailed).waitFor()
  await dialog.getByRole('button', { name: words.retry }).click()
  await dialog.getByRole('button', { name: /^Withdraw/ }).click()
  await expect(dialog.getByText(words.revoked)).toBeVisible()
  expect((await reader.goto(link))?.status()).toBe(404)
  await expect(reader.getByRole('heading', { name: pageWords.gone.title })).toBeVisible()
  expect((await reader.goto('/c/gone'))?.status()).toBe(404)
  await expect(reader.getByRole('heading', { name: chat.texts.notFound.title })).toBeVisible()
  await context.close()

  // Of what is gone one learns no more than of what never was.
  const never = link.replace(/.{22}$/, 'x'.repeat(22))
  const gone = []
  for (const address of [link, never]) {
    expect((await page.goto(address))?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: pageWords.gone.title })).toBeVisible()
    await expect(page.locator('meta[name=robots]').first()).toHaveAttribute('content', /noindex/)
    gone.push(await page.getByRole('main').innerHTML())
  }
  expect(gone[0]).toBe(gone[1])
  expect(await violationsOf(page, 'light')).toEqual([])
  await page.getByRole('link', { name: pageWords.gone.home }).click()
  await expect(page).toHaveURL(new URL('/', link).href)
})

test('a branch is forked at an answer, and at a question, which is then asked again', async ({
  page,
  chat,
  upstream,
}) => {
  scriptAnswer(upstream, answer.text('One'))
  await chat.open()
  await chat.ask('Fork me')
  await chat.settled('complete')
  const first = page.url()
  const more = (messages: typeof chat.answers) =>
    messages.first().getByRole('button', { name: chat.texts.conversation.more }).click()

  await more(chat.answers)
  await page.getByRole('menuitem', { name: menu.fork }).click()
  await expect(page).not.toHaveURL(first)
  await expect(page.getByRole('heading', { level: 1, name: 'Fork me (fork)' })).toBeVisible()
  await expect(chat.lastAnswer).toContainText('One')

  scriptAnswer(upstream, answer.text('Two'))
  await more(chat.questions)
  await page.getByRole('menuitem', { name: menu.forkQuestion }).click()
  await expect(chat.lastAnswer).toContainText('Two')
  await expect(chat.answers).toHaveCount(1)
})
