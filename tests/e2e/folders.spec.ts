import { fill } from '#lib/i18n/fill.ts'
import { folderTexts } from '#lib/i18n/rooms/folders.ts'
import { expect, test } from '#tests/support/e2e.ts'

const words = folderTexts.en

test('conversations are moved into a folder, by menu and by hand, and stay when it is deleted', async ({
  page,
  chat,
}) => {
  for (const question of ['First', 'Second']) {
    await chat.open()
    await chat.ask(question)
    await chat.settled('complete')
  }
  const { manage, sidebar: bar } = chat.texts
  const sidebar = await chat.openSidebar()
  const row = (title: string) => sidebar.getByRole('link', { name: title })
  const folder = (name: string) => sidebar.getByRole('region', { name, exact: true })

  await row('First').hover()
  await sidebar.getByRole('button', { name: fill(manage.menu, { title: 'First' }) }).click()
  await page.getByRole('menuitem', { name: manage.move }).click()
  await page.getByRole('menuitem', { name: words.create }).click()
  const box = sidebar.getByRole('textbox', { name: words.name })
  await expect(box).toBeFocused()
  await box.fill('Mirrors')
  await box.press('Enter')
  await expect(folder('Mirrors').getByRole('link')).toHaveText(['First'])

  await row('Second').dragTo(folder('Mirrors'))
  await expect(folder('Mirrors').getByRole('link')).toHaveText(['Second', 'First'])

  await folder('Mirrors').hover()
  await sidebar.getByRole('button', { name: fill(bar.folderMenu, { name: 'Mirrors' }) }).click()
  await page.getByRole('menuitem', { name: words.newChat }).click()
  await expect(page.getByText(fill(chat.texts.empty.inFolder, { name: 'Mirrors' }))).toBeVisible()
  await chat.ask('Third')
  await chat.settled('complete')
  await chat.openSidebar()
  await expect(folder('Mirrors').getByRole('link')).toHaveText(['Third', 'Second', 'First'])

  // It is shown at once, and kept a moment later.
  const kept = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await sidebar.getByRole('button', { name: /^Mirrors/ }).click()
  await expect(folder('Mirrors').getByRole('link')).toHaveCount(0)
  await kept
  await page.reload()
  await chat.openSidebar()
  await expect(sidebar.getByRole('button', { name: /^Mirrors/ })).toHaveAttribute('aria-expanded', 'false')
  await expect(row('First')).toHaveCount(0)

  const deleteFolder = async () => {
    await sidebar.getByRole('button', { name: fill(bar.folderMenu, { name: 'Mirrors' }) }).click()
    await page.getByRole('menuitem', { name: words.delete }).click()
  }
  await folder('Mirrors').hover()
  await deleteFolder()
  await expect(row('First')).toBeVisible()
  await chat.button(manage.undo).click()
  await expect(row('First')).toHaveCount(0)
  await expect(sidebar.getByRole('button', { name: /^Mirrors/ })).toHaveText(/3$/)
})

test('of many folders some stand above the days, and a conversation held over the row of the others opens them', async ({
  page,
  chat,
}) => {
  await chat.open()
  await chat.ask('Held')
  await chat.settled('complete')
  await page.evaluate(async () => {
    for (let number = 1; number <= 9; number++) {
      await fetch('/api/folders', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: crypto.randomUUID(), name: `Part ${number}` }),
      })
    }
  })
  await page.reload()
  const sidebar = await chat.openSidebar()
  const folders = sidebar.getByRole('region', { name: /^Part/ })
  const others = sidebar.getByRole('button', { name: chat.texts.sidebar.moreFolders })
  await expect(folders).toHaveCount(6)
  await expect(others).toHaveAttribute('aria-expanded', 'false')

  await sidebar.getByRole('link', { name: 'Held' }).hover()
  await page.mouse.down()
  await others.hover()
  await others.hover()
  await expect(folders).toHaveCount(9)
  await folders.last().hover()
  await page.mouse.up()
  await expect(folders.last().getByRole('link')).toHaveText(['Held'])

  // What is open is seen, wherever it lies.
  await others.click()
  await expect(folders).toHaveCount(7)
  await expect(sidebar.getByRole('link', { name: 'Held' })).toBeVisible()
})
