import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { temporaryTexts } from '#lib/i18n/rooms/temporary.ts'
import { answer, createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

const words = temporaryTexts.en
const SECRET = 'What rhymes with quicksilver-4711?'
/** Whole words: digits alone also stand in a random id. */
const SAID = /quicksilver|does-4712|try-4713/

test('a temporary chat is answered, stopped and asked anew, and leaves nothing behind', {
  tag: '@desktop',
}, async ({ page, chat, upstream, site }) => {
  const first = createLiveAnswer()
  scriptAnswer(upstream, first.step)
  await chat.open()
  await page.getByRole('button', { name: chat.texts.temporary.begin }).click()
  await expect(page.getByRole('heading', { name: words.title })).toBeVisible()
  // What cannot be attached here is said to be so, and a long text stays one.
  const paste = (kind: 'text' | 'file') =>
    chat.composer.evaluate((box, of) => {
      const clipboardData = new DataTransfer()
      if (of === 'text') clipboardData.setData('text/plain', 'long '.repeat(4_000))
      else clipboardData.items.add(new File(['x'], 'x.png', { type: 'image/png' }))
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      return box.dispatchEvent(event) ? 'left to the browser' : 'taken'
    }, kind)
  expect(await paste('text')).toBe('left to the browser')
  expect(await paste('file')).toBe('taken')
  await expect(page.getByText(chat.texts.send.noFiles)).toBeVisible()
  await chat.ask(SECRET)
  first.say('Nothing does-4712')
  await expect(chat.lastAnswer).toContainText('Nothing does-4712')
  await expect(page.getByText(words.note)).toBeVisible()
  await chat.button(chat.texts.composer.stop).click()
  await chat.settled('stopped')
  expect(await (await upstream.nextRequest({ method: 'POST' })).closed).toBe('aborted')

  scriptAnswer(upstream, answer.text(', said the mirror.'))
  await chat.button(chat.texts.answer.continue).click()
  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('Nothing does-4712, said the mirror.')
  scriptAnswer(upstream, answer.text('Another try-4713'))
  await chat.button(chat.texts.answer.regenerate).click()
  await expect(chat.lastAnswer).toContainText('Another try-4713')
  await expect(chat.lastAnswer).toContainText('2 / 2')

  await expect(chat.questions).toHaveText([/quicksilver-4711/])

  expect(new URL(page.url()).pathname).toBe('/')
  expect(await (await page.request.get('/api/conversations')).json()).toMatchObject({ conversations: [] })
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toMatch(SAID)
  expect(site.output()).not.toMatch(SAID)
  for (const file of readdirSync(site.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = readFileSync(path.join(file.parentPath, file.name), 'latin1')
    expect(SAID.test(bytes), `${file.name} holds what was said`).toBe(false)
  }

  // Loading it anew loses it, so the browser asks.
  const asked = page.waitForEvent('dialog')
  const reloading = page.reload()
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.accept()
  await reloading
  await expect(chat.questions).toHaveCount(0)
})
