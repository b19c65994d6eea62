import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { createChatPage } from '#tests/support/chat-page.ts'
import { expect, test } from '#tests/support/e2e.ts'

const en = dictionaryOf('en')
const zh = dictionaryOf('zh-CN')

test.describe('with a Chinese browser', () => {
  test.use({ locale: 'zh-CN' })

  test('the site speaks Chinese', async ({ page }) => {
    const chat = createChatPage(page, 'zh-CN')
    await chat.open()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await expect(page.getByRole('main').getByText(zh.notice)).toBeVisible()
    await chat.ask('你好')
    await chat.settled('complete')
  })
})

test('the language can be switched, both ways, and the draft is kept', async ({ page }) => {
  const english = createChatPage(page, 'en')
  const chinese = createChatPage(page, 'zh-CN')
  await english.open()
  await english.composer.fill('A draft')
  const otherTab = await page.context().newPage()
  await createChatPage(otherTab).open()
  await english.openSidebar()
  await english.button('中文').click()
  await expect(chinese.composer).toHaveValue('A draft')
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(otherTab.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await otherTab.close()

  await page.goto('/terms')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('服务条款')
  await chinese.open()
  await chinese.openSidebar()
  await chinese.button('English').click()
  await expect(english.composer).toHaveValue('A draft')
})

test('the notice is on the chat, with the terms and the privacy notice beside it', async ({ page, chat }) => {
  await chat.open()
  await expect(page.getByRole('main').getByText(en.notice)).toBeVisible()
  await chat.openSidebar()
  await page.getByRole('link', { name: en.terms }).first().click()
  await expect(page).toHaveURL(/\/terms$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Terms of use')
})

for (const [path, title] of [
  ['/terms', { en: 'Terms of use', 'zh-CN': '服务条款' }],
  ['/privacy', { en: 'Privacy notice', 'zh-CN': '隐私说明' }],
] as const) {
  test(`${path} is there in both languages, with the notice`, async ({ page }) => {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title.en)
    await expect(page.getByRole('contentinfo')).toContainText(en.notice)
    await expect(page.getByRole('main')).toContainText(/not affiliated with/)
    await page.getByRole('main').getByRole('link', { name: '中文' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title['zh-CN'])
    await expect(page.getByRole('main')).toHaveAttribute('lang', 'zh-CN')
  })
}

test('the terms can be read without scripts', async ({ browser, site }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' })
  const page = await context.newPage()
  await page.goto(`${site.url}/terms`)
  await expect(page.getByRole('heading', { name: 'Acceptable use' })).toBeVisible()
  await context.close()
})
