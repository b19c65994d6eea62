import { fill } from '#lib/i18n/fill.ts'
import { selectionTexts } from '#lib/i18n/rooms/selection.ts'
import { expect, test } from '#tests/support/e2e.ts'

const words = selectionTexts.en

test('several conversations are selected, exported, and deleted with undo', async ({
  page,
  chat,
  isMobile,
}) => {
  for (const question of ['One', 'Two', 'Three']) {
    await chat.open()
    await chat.ask(question)
    await chat.settled('complete')
  }
  const list = await chat.openSidebar()
  const links = list.locator('[data-conversation-id]').getByRole('link')
  const boxes = list.getByRole('checkbox')
  const bar = list.getByRole('toolbar', { name: words.bar })
  await expect(links).toHaveText(['Three', 'Two', 'One'])

  if (isMobile) {
    const select = async (title: string) => {
      await list.getByRole('button', { name: fill(chat.texts.manage.menu, { title }) }).click()
      await page.getByRole('menuitem', { name: words.select }).click()
    }
    await select('Two')
    await bar.getByRole('button', { name: words.cancel }).click()
    await expect(links.first()).toBeVisible()
    await expect(page.getByRole('menu')).toHaveCount(0)
    await select('Two')
    await expect(boxes.nth(1)).toBeFocused()
    await boxes.nth(2).click()
  } else {
    await links.nth(1).click({ modifiers: ['ControlOrMeta'] })
    await boxes.nth(2).click({ modifiers: ['Shift'] })
  }
  await expect(bar.getByRole('status')).toHaveText('2 selected')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    bar.getByRole('button', { name: words.export }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/\.zip$/)

  await boxes.nth(1).press('Delete')
  await expect(links).toHaveText(['Three'])
  await chat.button(chat.texts.manage.undo).click()
  await expect(links).toHaveText(['Three', 'Two', 'One'])

  if (isMobile) return
  await links.first().click({ modifiers: ['Shift'] })
  await boxes.first().press('Escape')
  await expect(links.first()).toBeFocused()
})
