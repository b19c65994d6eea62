import type { Locator } from '@playwright/test'
import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { selectionTexts } from '#lib/i18n/rooms/selection.ts'
import { expect, test } from '#tests/support/e2e.ts'

// Only the phone has a finger: playwright.config.ts keeps this file from the desktop.
test('a long press opens the menu under a finger', async ({ page, chat }) => {
  await chat.open()
  await chat.ask('Pressed')
  await chat.settled('complete')
  const list = await chat.openSidebar()
  const link = list.getByRole('link', { name: 'Pressed' })
  // Waits until the drawer has come to rest.
  await link.tap({ trial: true })
  const place = await link.boundingBox()
  if (!place) throw new Error('the conversation is not in sight')
  // A real finger: the browser itself closes a menu beside which one is lifted.
  const browser = await page.context().newCDPSession(page)
  const touchPoints = [{ x: place.x + 50, y: place.y + 20 }]
  await browser.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await expect(page.getByRole('menuitem', { name: chat.texts.manage.delete })).toBeVisible()
  await browser.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  for (const item of await page.getByRole('menuitem').all()) {
    expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  }

  await page.getByRole('menuitem', { name: selectionTexts.en.select }).tap()
  await expect(list.getByRole('checkbox', { name: 'Pressed' })).toBeChecked()
  await page.getByRole('button', { name: selectionTexts.en.cancel }).tap()

  // What was searched for does not stand in the way when the drawer is opened anew.
  const search = page.getByRole('combobox', { name: chat.texts.search.label })
  await search.fill('Nowhere')
  await expect(list).toHaveCount(0)
  await page.getByRole('dialog').getByRole('button', { name: chat.texts.sidebar.close }).tap()
  await expect(search).toHaveCount(0)
  await chat.openSidebar()
  await expect(search).toHaveValue('')
  // A screen keyboard covers the lower part of the window without making it smaller.
  await page.evaluate(() => {
    Object.defineProperty(window.visualViewport, 'height', { get: () => 400 })
    window.visualViewport?.dispatchEvent(new Event('resize'))
  })
  const bottom = async (place: Locator) => {
    const box = await place.boundingBox()
    return box && box.y + box.height
  }
  const drawer = page.getByRole('dialog')
  await expect.poll(() => bottom(drawer)).toBe(400)
  await expect(drawer.getByRole('button', { name: chat.texts.sidebar.settings })).toHaveCount(0)
  await drawer.getByRole('button', { name: chat.texts.sidebar.close }).tap()
  await chat.button('Model: tain-demo').tap()
  await expect.poll(() => bottom(page.getByRole('dialog', { name: modelsTexts.en.title }))).toBe(400)
})
