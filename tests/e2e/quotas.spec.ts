import { fill } from '#lib/i18n/fill.ts'
import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { quotaTexts } from '#lib/i18n/rooms/quotas.ts'
import { standingTexts } from '#lib/i18n/rooms/standing.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { PASSWORD } from '#tests/support/people.ts'

const { fields, welcome, account } = accountTexts.en
const words = quotaTexts.en
const standing = standingTexts.en

test('the owner limits what guests may use, and a guest sees what is left and what was used up', {
  tag: '@desktop',
}, async ({ page, browser, startSite }) => {
  const site = await startSite({ env: { OWNER_CODE: 'owner-code-of-the-browser' } })
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
  ].join(' · ')
  await expect(guests.locator('summary')).toContainText(inWords)

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
  await guest.getByRole('link', { name: standing.more }).click()
  await expect(guest.getByText(standing.limits.costPerMonth)).toBeVisible()
  await expect(guest.getByText(usedUp)).toBeVisible()
  await guest.context().close()
})
