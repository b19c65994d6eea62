import { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { shareDialogTexts } from '#lib/i18n/rooms/sharing.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

const texts = paletteTexts.en

test('the palette goes to conversations by title and by what was said, and does what is asked', async ({
  page,
  chat,
  upstream,
}) => {
  scriptAnswer(upstream, answer.text('银镜的背面叫做锡汞齐。'))
  await chat.open()
  await chat.ask('What is behind a mirror?')
  await chat.settled('complete')
  await chat.newChat.click()
  // What is typed before its code has come is for it.
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.context().route('**/_next/static/**', async (route) => {
    await released
    await route.continue()
  })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('behindx')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Enter')
  release()
  const palette = page.getByRole('dialog', { name: texts.title })
  const box = palette.getByRole('combobox')
  await expect(box).toBeFocused()
  await expect(box).toHaveValue('behind')
  await expect(chat.composer).toHaveValue('')
  await page.context().unroute('**/_next/static/**')

  await page.keyboard.type(' a')
  await expect(palette.getByRole('option', { selected: true })).toHaveText('What is behind a mirror?')
  await box.fill('锡汞')
  const found = palette.getByRole('option').filter({ hasText: '锡汞齐' })
  await expect(found.locator('mark')).toHaveText('锡汞')
  await box.press('Enter')
  await expect(palette).toHaveCount(0)
  await expect(chat.lastAnswer).toContainText('锡汞齐')

  await page.keyboard.press('Control+k')
  await box.fill('dark')
  await box.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Control+k')
  await box.fill('nothing has these words')
  await expect(palette.getByRole('status')).toContainText('Nothing found')
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)

  // The keyboard goes back to its place, over two dialogs too.
  await chat.newChat.focus()
  await page.keyboard.press('Control+k')
  await box.fill('share this')
  await box.press('Enter')
  await expect(page.getByRole('dialog', { name: shareDialogTexts.en.title, exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(chat.newChat).toBeFocused()
})

test('Enter that ends a composition chooses nothing yet', async ({ page, chat }) => {
  await chat.open()
  await page.keyboard.press('Control+k')
  const box = page.getByRole('combobox', { name: texts.placeholder })
  await box.fill('new chat')
  await box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  await box.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await expect(box).toHaveValue('new chat')
})

test('? lists the keys where nobody writes, and the keyboard goes back to its place', async ({
  page,
  chat,
}) => {
  await chat.open()
  await chat.composer.press('?')
  await expect(chat.composer).toHaveValue('?')
  await chat.newChat.focus()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: texts.shortcuts })
  await expect(sheet.getByText(texts.keys.palette)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(chat.newChat).toBeFocused()
})

test('keys are named as they stand on the keyboard, which the server does not know', {
  tag: '@desktop',
}, async ({ page, chat }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' }))
  await chat.open()
  await expect(chat.newChat).toHaveAttribute('title', '⌘ ⇧ O')
  await chat.newChat.focus()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: texts.shortcuts }).getByText('⌘').first()).toBeVisible()
})

test('a part of the page that is no longer to be had is said to be, and everything else goes on', {
  tag: '@desktop',
}, async ({ page, chat, context }) => {
  await chat.open()
  await chat.composer.fill('Half a thought')
  // As after an update of the site: it answers, and the files of the page that is open are gone.
  await context.route('**/_next/static/**', (route) => route.fulfill({ status: 404, body: '' }))
  await page.keyboard.press('Control+,')
  const { missingPart } = chat.texts
  await expect(page.getByText(missingPart.outdated)).toBeVisible()
  await expect(chat.composer).toHaveValue('Half a thought')

  await context.unroute('**/_next/static/**')
  await page.getByRole('button', { name: missingPart.reload }).click()
  await expect(page.getByText(missingPart.outdated)).toHaveCount(0)
  await expect(chat.composer).toHaveValue('Half a thought')
  await page.keyboard.press('Control+,')
  await expect(page.getByRole('dialog')).toBeVisible()
})
