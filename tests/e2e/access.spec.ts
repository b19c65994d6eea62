import type { Page } from '@playwright/test'
import { noScriptTexts } from '#lib/i18n/no-script.ts'
import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { violationsOf } from '#tests/support/violations.ts'

/** Everything one can operate has a name, and everything of these roles is found by it. */
async function expectNames(page: Page): Promise<void> {
  for (const role of ['button', 'link', 'textbox', 'group', 'navigation', 'region'] as const) {
    for (const element of await page.getByRole(role).all()) await expect(element).toHaveAccessibleName(/\S/)
  }
}

test('the empty page: landmarks, names, and the keyboard in the box', async ({ page, chat }) => {
  await chat.open()
  await expect(page.getByRole('main')).toHaveCount(1)
  await expectNames(page)
  await chat.openSidebar()
  await expectNames(page)
})

test('a conversation: one heading, named messages, and an announcement for those who listen', async ({
  page,
  chat,
}) => {
  await chat.open()
  await chat.ask('Hello')
  await chat.settled('complete')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello')
  await expect(page.getByRole('article')).toHaveCount(2)
  await expect(page.getByRole('status')).toContainText([chat.texts.announce.complete])
  await expectNames(page)
})

test('an address where nothing is says so, with a way back', async ({ page, chat }) => {
  const response = await page.goto('/nowhere')
  expect(response?.status()).toBe(404)
  await expect(page).toHaveTitle(new RegExp(chat.texts.notFound.title))
  await page.getByRole('link', { name: chat.texts.notFound.home }).click()
  await expect(chat.composer).toBeVisible()
})

test('where nobody but the owner sees anything, and at a link that is over, is that page, once, with a title, and without scripts too', {
  tag: '@desktop',
}, async ({ page, browser }) => {
  for (const path of ['/console/people', '/share/aaaaaaaaaaaaaaaaaaaaaa']) {
    expect((await page.goto(path))?.status()).toBe(404)
    await expect(page.getByRole('contentinfo')).toHaveCount(1)
    expect(await violationsOf(page, 'light')).toEqual([])
    const unscripted = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    expect((await unscripted.goto(path))?.status()).toBe(404)
    await expect(unscripted.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await unscripted.title()).not.toContain(accountTexts.en.people.title)
    await unscripted.context().close()
  }
})

test('pages that do nothing without scripts say so where there are none', { tag: '@desktop' }, async ({
  browser,
  site,
}) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' })).newPage()
  for (const path of ['/', '/sign-in']) {
    await page.goto(`${site.url}${path}`)
    // By its place: Playwright takes what is in a `noscript` for no text, whether it is shown or not.
    const word = page.locator('noscript p')
    await expect(word).toBeInViewport({ ratio: 1 })
    expect(await word.textContent()).toBe(noScriptTexts['zh-CN'])
  }
  await page.context().close()
})

test('somebody else’s conversation is not found', async ({ page, chat, browser }) => {
  await chat.open()
  await chat.ask('My secret')
  await chat.settled('complete')
  const other = await browser.newContext()
  const stranger = await other.newPage()
  const response = await stranger.goto(page.url())
  expect(response?.status()).toBe(404)
  expect(await response?.text()).not.toContain('My secret')
  await expect(stranger).toHaveTitle(new RegExp(chat.texts.notFound.title))
  await other.close()
})
