import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { fill } from '#lib/i18n/fill.ts'
import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { redeemConsoleTexts, redeemTexts } from '#lib/i18n/rooms/redeem.ts'
import { reportQueueTexts } from '#lib/i18n/rooms/reports.ts'
import { standingTexts } from '#lib/i18n/rooms/standing.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { claimSite, PASSWORD, remoteClient } from '#tests/support/people.ts'
import { upstreamSettings } from '#tests/support/site.ts'
import { newQuestion, readRun } from '#tests/support/site-client.ts'
import { violationsOf } from '#tests/support/violations.ts'

const { fields, welcome, account, people, signIn } = accountTexts.en
const words = quotaTexts.en
const standing = standingTexts.en
const batches = redeemConsoleTexts.en

/** Axe finds nothing, and on a phone nothing goes beyond the edge. */
async function expectAccessible(page: Page): Promise<void> {
  expect([...(await violationsOf(page, 'light')), ...(await violationsOf(page, 'dark'))]).toEqual([])
  const size = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  if (size) await page.setViewportSize(size)
}

test('the owner limits what guests may use, and a guest sees what is left and what was used up', {
  tag: '@desktop',
}, async ({ page, browser, startSite, upstream }) => {
  const site = await startSite({
    env: { ...upstreamSettings(upstream), OWNER_CODE: 'owner-code-of-the-browser' },
  })
  await page.goto(`${site.url}/welcome#owner-code-of-the-browser`)
  await page.getByLabel(fields.name).fill('Olga')
  await page.getByLabel(fields.email).fill('olga@example.org')
  await page.getByLabel(fields.password).fill(PASSWORD)
  await page.getByRole('button', { name: welcome.submit }).click()
  await page.waitForURL(`${site.url}/`)

  await page.goto(`${site.url}/console/quotas`)
  const guests = page.locator('details').filter({ hasText: account.roles.guest }).first()
  await guests.locator('summary').click()
  await guests.getByLabel(words.limits.costPerMonth).fill('much')
  await guests.getByRole('button', { name: words.save }).click()
  await expect(guests.getByText(words.errors['quota.costPerMonth'] ?? '')).toBeVisible()
  await expect(guests.getByLabel(words.limits.costPerMonth)).toBeFocused()
  await guests.getByLabel(words.limits.costPerMonth).fill('2.50')
  await guests.getByLabel(words.limits.messagesPerHour).fill('1')
  await guests.getByRole('button', { name: words.save }).click()
  await expect(guests.getByText(words.saved)).toBeVisible()
  const inWords = [
    fill(words.limitIs, { limit: words.limits.messagesPerHour, value: '1' }),
    fill(words.limitIs, { limit: words.limits.costPerMonth, value: '2.5' }),
  ]
  await expect(guests.locator('.quota-value > span')).toHaveText(inWords)
  await page.locator('summary').last().click()
  await expectAccessible(page)

  const guest = await (await browser.newContext({ baseURL: site.url })).newPage()
  const chat = createChatPage(guest)
  await chat.open()
  await chat.ask('Hello')
  await chat.settled('complete')
  const usedUp = fill(standing.left, { left: '0', most: '1' })
  await expect(guest.getByRole('status').filter({ hasText: usedUp })).toBeVisible()
  await chat.ask('Hello again')
  await chat.settled('failed')
  const { what } = chat.texts.failure.quota_hour_messages
  await expect(guest.getByRole('region', { name: what })).toBeVisible()
  await guest.locator('.quota-hint').getByRole('link', { name: standing.more }).click()
  await expect(guest.getByText(standing.limits.costPerMonth)).toBeVisible()
  await expect(guest.getByText(usedUp)).toBeVisible()
  await guest.context().close()
})

test('codes with limits let people in, and codes to redeem add to what they may use', {
  tag: '@desktop',
}, async ({ page, browser, startSite, upstream }) => {
  const site = await startSite({
    env: { ...upstreamSettings(upstream), OWNER_CODE: 'owner-code-of-the-browser' },
  })
  const cookies = new Map<string, string>()
  const owner = await claimSite(site.url, 'owner-code-of-the-browser', remoteClient(site.url, cookies))
  await page.context().addCookies([...cookies].map(([name, value]) => ({ name, value, url: site.url })))

  await page.goto(`${site.url}/console/people`)
  await page.getByLabel(fields.name, { exact: true }).fill('Family')
  await page.getByText(words.limitsOfCode).click()
  await page.getByLabel(words.limits.tokensPerDay).fill('7,000')
  await page.getByRole('button', { name: people.makeCode }).click()
  const accessCode = (await page.locator('.account-secret code').textContent()) ?? ''
  const limit = fill(words.limitIs, { limit: words.limits.tokensPerDay, value: '7,000' })
  await expect(page.locator('.account-rows').filter({ hasText: 'Family' })).toContainText(limit)

  await page.goto(`${site.url}/console/people?q=nobody`)
  await expect(page.getByText(people.nobody)).toBeVisible()
  const search = page.getByRole('search', { name: people.search })
  await search.getByLabel(people.nameOrEmail).fill('OLG')
  await search.getByLabel(people.roleFilter).selectOption(account.roles.owner)
  await search.getByLabel(people.nameOrEmail).press('Enter')
  await expect(page.getByText(fill(people.found.one, { count: 1 }))).toBeVisible()
  await expect(page.getByText('owner@example.org')).toBeVisible()
  await expect(search.getByLabel(people.nameOrEmail)).toHaveValue('OLG')
  await expectAccessible(page)

  await page.goto(`${site.url}/console/codes`)
  await page.getByText(batches.makeCredit).click()
  const form = page.locator('details[open] form')
  await form.getByLabel(batches.name).fill('Spring')
  await form.getByLabel(batches.count).fill('2')
  await form.getByRole('button', { name: batches.make }).click()
  await expect(form.getByText(batches.errors.tokens ?? '')).toBeVisible()
  await form.getByLabel(batches.tokens).fill('50,000')
  await form.getByRole('button', { name: batches.make }).click()
  const made = page.getByRole('status', { name: fill(batches.made, { name: 'Spring' }) })
  const [code = '', ...more] = ((await made.locator('pre').textContent()) ?? '').split('\n')
  expect(more).toHaveLength(1)
  await expect(page.getByText(fill(batches.counts, { used: 0, left: 2 }))).toBeVisible()
  await page.getByText(batches.makeTime).click()
  await expectAccessible(page)
  const downloading = page.waitForEvent('download')
  await made.getByRole('link', { name: batches.save }).click()
  const csv = await readFile(await (await downloading).path(), 'utf8')
  expect(csv).toBe(`\uFEFF${[batches.column, code, ...more, ''].join('\r\n')}`)

  const context = await browser.newContext({ baseURL: site.url })
  const person = await context.newPage()
  await person.goto('/sign-in')
  await person.getByLabel(fields.accessCode).fill(accessCode)
  await person.getByRole('button', { name: signIn.enter }).click()
  await person.waitForURL(`${site.url}/`)
  await person.goto('/account')
  await expect(person.getByText(fill(standing.left, { left: '7,000', most: '7,000' }))).toBeVisible()
  const redeem = async () => {
    await person.getByLabel(redeemTexts.en.code, { exact: true }).fill(code)
    await person.getByRole('button', { name: redeemTexts.en.submit }).click()
  }
  await redeem()
  const tokens = fill(redeemTexts.en.adds.tokens, { amount: '50,000' })
  await expect(person.getByText(fill(redeemTexts.en.added, { adds: tokens }))).toBeVisible()
  await expect(person.getByText(standing.creditHint)).toBeVisible()
  await redeem()
  await expect(person.getByText(redeemTexts.en.codes.wrong_code ?? '')).toBeVisible()
  await person.locator('.api-examples summary').click()
  await expectAccessible(person)
  await context.close()

  await page.reload()
  // What cannot be undone is asked for twice.
  await page.getByRole('button', { name: fill(batches.revokeOf, { name: 'Spring' }) }).click()
  await page.getByRole('button', { name: batches.revokeSure }).click()
  await expect(page.getByText(fill(batches.counts, { used: 1, left: 0 }))).toBeVisible()

  const question = newQuestion()
  await readRun(owner.send(question))
  await owner.post('/api/reports', {
    messageId: question.answerId,
    reason: 'wrong',
    comment: 'It is not so.',
  })
  await page.goto(`${site.url}/console/reports`)
  await page.getByText(reportQueueTexts.en.show).click()
  await expectAccessible(page)
})
