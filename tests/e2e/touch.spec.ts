import { expect, test } from '#tests/support/e2e.ts'

// Only the phone has a finger: playwright.config.ts keeps this file from the desktop.
test('a long press opens the menu under a finger', async ({ page, chat }) => {
  await chat.open()
  await chat.ask('Pressed')
  await chat.settled('complete')
  const list = await chat.openSidebar()
  const link = list.getByRole('link', { name: 'Pressed' })
  const at = { pointerType: 'touch', clientX: 50, clientY: 200, bubbles: true }
  await link.dispatchEvent('pointerdown', at)
  await expect(page.getByRole('menuitem', { name: chat.texts.manage.delete })).toBeVisible()
  await link.dispatchEvent('pointerup', at)
  for (const item of await page.getByRole('menuitem').all()) {
    expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  }
})
