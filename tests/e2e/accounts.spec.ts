import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { erasureTexts } from '#lib/i18n/rooms/erasure.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { upstreamSettings } from '#tests/support/site.ts'

const texts = accountTexts.en
const PASSWORD = 'a quiet silver mirror'

test('a guest becomes the owner by the link of the start, with everything written before', {
  tag: '@desktop',
}, async ({ page, chat, startSite, upstream }) => {
  const site = await startSite({
    env: { ...upstreamSettings(upstream), OWNER_CODE: 'owner-code-of-the-browser' },
  })
  await page.goto(site.url)
  await chat.ask('Hello')
  await chat.settled('complete')

  await page.goto(`${site.url}/welcome#owner-code-of-the-browser`)
  await expect(page.getByLabel(texts.fields.code)).toHaveValue('owner-code-of-the-browser')
  expect(page.url()).not.toContain('owner-code')
  await page.getByLabel(texts.fields.name).fill('Olga')
  await page.getByLabel(texts.fields.email).fill('not an address')
  await page.getByLabel(texts.fields.password).fill(PASSWORD)
  await page.getByRole('button', { name: texts.welcome.submit }).click()
  await expect(page.getByText(texts.errors.fields.email ?? '')).toBeVisible()
  await expect(page.getByLabel(texts.fields.email)).toBeFocused()
  await page.getByLabel(texts.fields.email).fill('olga@example.org')
  await page.getByRole('button', { name: texts.welcome.submit }).click()
  await expect(chat.composer).toBeVisible()
  await chat.openSidebar()
  await expect(page.getByRole('link', { name: 'Hello' })).toBeVisible()

  await page.getByRole('link', { name: chat.texts.account, exact: true }).click()
  await expect(page.getByText(texts.account.thisOne)).toBeVisible()
  await page.getByRole('link', { name: texts.people.title }).click()
  await page.getByRole('button', { name: texts.people.invite }).click()
  const link = await page.locator('.account-secret code').textContent()

  // Whoever leaves takes everything along, from the other tabs too.
  const other = await page.context().newPage()
  const otherChat = createChatPage(other)
  await otherChat.open(site.url)
  await expect(other.getByRole('link', { name: 'Hello' })).toBeVisible()
  await otherChat.composer.fill('Half a secret')
  await page.goto(`${site.url}/account`)
  await page.getByRole('button', { name: texts.account.signOut }).click()
  await expect(other.getByRole('link', { name: 'Hello' })).toHaveCount(0)
  await expect(otherChat.composer).toHaveValue('')
  expect(await other.evaluate(() => Object.keys(localStorage))).toEqual([])
  await other.close()
  await page.getByLabel(texts.fields.email).fill('olga@example.org')
  await page.getByLabel(texts.fields.password).fill('wrong')
  await page.getByRole('button', { name: texts.signIn.submit }).click()
  await expect(page.getByText(texts.signIn.wrong)).toBeVisible()

  await page.goto(link ?? '')
  await page.getByLabel(texts.fields.name).fill('Grace')
  await page.getByLabel(texts.fields.email).fill('grace@example.org')
  await page.getByLabel(texts.fields.password).fill(PASSWORD)
  await page.getByRole('button', { name: texts.signUp.submit }).click()
  await expect(chat.composer).toBeVisible()

  await page.goto(`${site.url}/account`)
  const copy = await page.getByRole('link', { name: texts.account.exportFirst }).getAttribute('href')
  expect((await page.request.get(site.url + copy)).headers()['content-type']).toBe('application/zip')
  await page.getByLabel(texts.account.eraseSure).check()
  await page.getByLabel(texts.fields.current).last().fill(PASSWORD)
  await page.getByRole('button', { name: texts.account.erase }).click()
  const receipt = page.getByRole('status', { name: erasureTexts.en.title })
  await expect(receipt.getByRole('link', { name: erasureTexts.en.save })).toHaveAttribute('download', /json$/)
  await receipt.getByRole('link', { name: erasureTexts.en.leave }).click()
  await expect(chat.composer).toBeVisible()
})
