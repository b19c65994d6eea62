import type { Locator, Page } from '@playwright/test'
import { fill } from '#lib/i18n/fill.ts'
import { fileTexts } from '#lib/i18n/rooms/files.ts'
import { imageTexts } from '#lib/i18n/rooms/images.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { drawing, pdf, photo } from '#tests/support/files.ts'
import { docxParts, odfParts, paragraph, zipOf } from '#tests/support/office.ts'

const texts = fileTexts.en

const attachedTo = (page: Page) => page.getByRole('list', { name: texts.list }).getByRole('listitem')
const input = (page: Page) => page.locator('input[type=file]')

/** Pastes or drops as a browser does when it is told by the system; whether the page took that from the browser. */
async function hand(target: Locator, type: 'paste' | 'drop', files: Record<string, Buffer>, text = '') {
  const contents = Object.entries(files).map(([name, bytes]) => ({ name, base64: bytes.toString('base64') }))
  return await target.evaluate(
    (element, { type, contents, text }) => {
      const data = new DataTransfer()
      for (const { name, base64 } of contents) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
        data.items.add(new File([bytes], name, { type: name.endsWith('.png') ? 'image/png' : '' }))
      }
      if (text) data.setData('text/plain', text)
      const init = { bubbles: true, cancelable: true }
      if (type === 'paste') {
        return !element.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }))
      }
      const isTaken = !element.dispatchEvent(new DragEvent('dragover', { ...init, dataTransfer: data }))
      element.dispatchEvent(new DragEvent('drop', { ...init, dataTransfer: data }))
      return isTaken
    },
    { type, contents, text },
  )
}

test('files come by dialog, paste and drop, go with the question, and open large', async ({
  page,
  chat,
  upstream,
}) => {
  scriptAnswer(upstream, answer.text('Three files.'))
  await chat.open()
  const sea = 'the-sea-in-the-evening-seen-from-the-old-harbour.jpg'
  await input(page).setInputFiles({ name: sea, mimeType: 'image/jpeg', buffer: await photo() })
  await hand(chat.composer, 'paste', { 'plan.png': await drawing() })
  await hand(chat.composer, 'drop', {
    'paper.pdf': pdf('Silver.'),
    'program.exe': Buffer.from('MZ\u0000\u0001'),
  })
  await expect(attachedTo(page)).toHaveCount(4)
  await expect(attachedTo(page).nth(3)).toContainText(texts.reasons.kind)
  // Also on a phone, where they stand in a row that is pushed along.
  await expect(attachedTo(page).nth(3)).toBeInViewport({ ratio: 1 })
  await chat.button('Remove program.exe').click()
  await expect(attachedTo(page)).toHaveText([/the-sea/, /plan\.png/, /paper\.pdf/])
  await expect(chat.button(chat.texts.composer.send)).toHaveAttribute('aria-disabled', 'false')

  await chat.composer.press('Enter')
  await chat.settled('complete')
  await expect(attachedTo(page)).toHaveCount(0)
  // The question has come to the top whole, with its files.
  await expect(chat.questions).toBeInViewport({ ratio: 1 })
  // What the network did not bring is not said to be gone.
  const thumbs = /\/api\/files\/.*as=thumb/
  await page.route(thumbs, (route) => route.abort())
  await page.goto('/')
  const list = await chat.openSidebar()
  await list.getByRole('link').first().click()
  const unloaded = chat.questions.getByRole('button', { name: new RegExp(texts.unloaded) })
  await expect(unloaded).toHaveCount(2)
  await page.unroute(thumbs)
  await unloaded.first().click()
  await expect(unloaded).toHaveCount(1)
  await page.reload()
  await expect(chat.questions.getByRole('link', { name: /^Save paper\.pdf/ })).toBeVisible()
  const box = page.getByRole('dialog', { name: imageTexts.en.label })
  // It stands in the page before the page's script has run.
  await expect(async () => {
    await chat.button('Open plan.png large').click()
    await expect(box.getByRole('img', { name: 'plan.png' })).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await page.keyboard.press('ArrowLeft')
  await expect(box.getByRole('img', { name: sea })).toHaveJSProperty('naturalWidth', 480)
  await expect(box.getByRole('button', { name: imageTexts.en.close })).toBeInViewport({ ratio: 1 })
  // What is dropped over a dialog is not meant for the composer, and must not take the page away either.
  expect(await hand(box, 'drop', { 'late.pdf': pdf('Late.') })).toBe(true)
  await page.keyboard.press('Escape')
  await expect(box).toHaveCount(0)
  await expect(chat.button('Open plan.png large')).toBeFocused()
  await expect(attachedTo(page)).toHaveCount(0)
})

test('files outlive a failed send, a reload and another conversation', async ({ page, chat, upstream }) => {
  scriptAnswer(upstream, answer.text('At last.'))
  await chat.open()
  await input(page).setInputFiles({ name: 'notes.md', mimeType: '', buffer: Buffer.from('# Notes') })
  await expect(attachedTo(page)).toContainText('0.1 kB')
  await page.route('/api/chat', (route) =>
    route.fulfill({ status: 503, json: { error: { code: 'x', message: 'x' } } }),
  )
  await chat.composer.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: chat.texts.send.notStored })).toBeVisible()
  await expect(attachedTo(page)).toHaveText([/notes\.md/])
  await page.reload()
  await expect(attachedTo(page)).toHaveText([/notes\.md/])
  await page.unroute('/api/chat')
  await chat.ask('And this?')
  await chat.settled('complete')
  const { body } = await upstream.nextRequest({ path: '/v1/chat/completions' })
  expect((await body).toString()).toContain('# Notes')

  await chat.button(chat.texts.question.edit).click()
  await chat.button('Remove notes.md').click()
  await chat.button(chat.texts.question.ask).click()
  const without = await upstream.nextRequest({ path: '/v1/chat/completions' })
  expect((await without.body).toString()).not.toContain('# Notes')
  await expect(chat.questions.getByRole('link', { name: /notes\.md/ })).toHaveCount(0)
})

test('of office documents the text is taken, which is said, and a folder is called one', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  scriptAnswer(upstream, answer.text('Read.'))
  await chat.open()
  const document = await zipOf(docxParts(paragraph('Silver 报价', '<w:outlineLvl w:val="0"/>')))
  const buffer = Buffer.from(await document.arrayBuffer())
  const open = await zipOf(odfParts('text', { body: '<text:h text:outline-level="1">Glass 镜</text:h>' }))
  await input(page).setInputFiles([
    { name: 'broken.docx', mimeType: '', buffer: buffer.subarray(0, 200) },
    { name: 'offer.docx', mimeType: '', buffer },
    { name: 'plan.odt', mimeType: '', buffer: Buffer.from(await open.arrayBuffer()) },
  ])
  await expect(attachedTo(page).first()).toContainText(texts.reasons.broken)
  await expect(attachedTo(page).last()).toContainText(fill(texts.textOnly, { size: '0.1 kB' }))
  await expect(page.getByText(texts.textOnlyWhy)).toBeVisible()
  const system = await page.context().newCDPSession(page)
  const data = { items: [], files: [import.meta.dirname], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await system.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data })
  }
  await expect(attachedTo(page).last()).toContainText(texts.reasons.unreadable)
  await chat.button('Remove e2e').click()
  await chat.button('Remove broken.docx').click()
  await chat.ask('What does it cost?')
  await chat.settled('complete')
  const { body } = await upstream.nextRequest({ path: '/v1/chat/completions' })
  expect((await body).toString()).toMatch(/# Silver 报价.*# Glass 镜/s)
  await expect(chat.questions.getByRole('link', { name: /^Save offer\.docx \(Text only/ })).toBeVisible()
})

test('a very long paste becomes a file', { tag: '@desktop' }, async ({ page, chat }) => {
  await chat.open()
  await hand(chat.composer, 'paste', {}, 'word '.repeat(3_000))
  await expect(attachedTo(page)).toHaveText([/Pasted text\.txt/])
  await expect(chat.composer).toHaveValue('')
  await hand(chat.composer, 'paste', { 'image.png': await drawing() }, 'from a word processor')
  await expect(attachedTo(page)).toHaveCount(1)
  await chat.button(texts.intoBox).click()
  await expect(attachedTo(page)).toHaveCount(0)
  await expect(chat.composer).toHaveValue(/^word word/)
})
