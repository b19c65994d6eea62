import { readFile } from 'node:fs/promises'
import { fill } from '#lib/i18n/fill.ts'
import { dataTexts } from '#lib/i18n/rooms/data.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import type { ChatPage } from '#tests/support/chat-page.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { chatGptConversation } from '#tests/support/foreign-exports.ts'

const texts = dataTexts.en

/** By the settings, whose way is at the foot of the list. */
async function openPanel(chat: ChatPage): Promise<void> {
  const list = await chat.openSidebar()
  const { settings } = chat.texts.sidebar
  await list.locator('..').getByRole('button', { name: settings, exact: true }).click()
  await list.page().getByRole('button', { name: texts.title }).click()
}

test('what is exported comes in again as already here; what ChatGPT exported comes in and is shown', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  scriptAnswer(upstream, answer.text('Kept for ever'))
  await chat.open()
  await chat.ask('What is kept?')
  await chat.settled('complete')
  await openPanel(chat)
  const panel = page.getByRole('dialog', { name: texts.title })
  const saved = page.waitForEvent('download')
  await panel.getByRole('button', { name: texts.exportAll }).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/\.zip$/)
  await expect(panel.getByRole('status')).toContainText('Exported')

  const input = panel.getByTestId('import-file')
  await input.setInputFiles(await file.path())
  await expect(panel.getByText(fill(texts.counted.here, { count: 1 }), { exact: true })).toBeVisible()

  const foreign = [{ ...chatGptConversation('c1'), is_archived: false }, { mapping: 3 }]
  await input.setInputFiles({
    name: 'conversations.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(foreign)),
  })
  await expect(panel.getByText('Imported: 1 · Skipped: 1')).toBeVisible()
  await panel.getByText(texts.skippedTitle, { exact: true }).click()
  await expect(panel.getByRole('listitem')).toContainText([texts.reasons.unknown_shape])
  await panel.getByRole('button', { name: texts.again }).click()
  const list = await chat.openSidebar()
  await expect(list.getByRole('link', { name: 'Silver & glass' })).toBeVisible()
})

test('a file that cannot be read is said so, and one conversation is saved as Markdown', async ({
  page,
  chat,
  upstream,
}) => {
  scriptAnswer(upstream, answer.text('**Tin**, once'))
  await chat.open()
  await chat.ask('What is behind it?')
  await chat.settled('complete')
  const list = await chat.openSidebar()
  await list.getByRole('listitem').first().hover()
  await list
    .getByRole('button', { name: fill(chat.texts.manage.menu, { title: 'What is behind it?' }) })
    .click()
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: chat.texts.manage.export }).click()
  expect(await readFile(await (await saved).path(), 'utf8')).toContain('**Tin**, once')

  await openPanel(chat)
  const panel = page.getByRole('dialog', { name: texts.title })
  await panel.getByTestId('import-file').setInputFiles({
    name: 'broken.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('PK\u0003\u0004 and no more'),
  })
  await expect(panel.getByRole('alert')).toContainText(texts.faults.unreadable_zip)
})
