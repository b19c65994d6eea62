import { queueTexts } from '#lib/i18n/rooms/queue.ts'
import { answer, createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

const words = queueTexts.en

test('questions asked meanwhile wait in sight, can be changed, survive a reload, and are sent in their order', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  const waiting = page.getByRole('list', { name: words.label }).getByRole('listitem')
  const first = createLiveAnswer()
  scriptAnswer(upstream, first.step)
  await chat.open()
  await chat.ask('What is glass?')
  first.say('Sand, ')
  await expect(chat.lastAnswer).toContainText('Sand,')
  const top = async () => Math.round((await chat.questions.last().boundingBox())?.y ?? 0)
  const before = await top()

  await chat.composer.fill('And silver, why?')
  await expect(chat.button(chat.texts.composer.stop)).toBeVisible()
  // Until the site has it, a question comes back into the composer when the page is loaded anew.
  const stored = () =>
    page.waitForResponse((response) => response.url().endsWith('/api/queue') && response.ok())
  const one = stored()
  await chat.button(chat.texts.composer.queue).click()
  await expect(waiting).toContainText([words.next])
  await one
  const other = stored()
  await chat.composer.fill('Never asked')
  await chat.composer.press('Enter')
  await expect(waiting).toHaveCount(2)
  await expect(chat.composer).toHaveValue('')
  await other
  // What is being answered is not pushed under the bar by what waits.
  await expect.poll(top).toBe(before)
  await page.reload()
  await expect(waiting).toHaveCount(2)

  await waiting.last().getByRole('button', { name: words.remove }).click()
  await expect(waiting).toHaveCount(1)
  await waiting.getByRole('button', { name: words.edit }).click()
  await page.getByRole('textbox', { name: words.box }).fill('And what is silver?')
  await page.getByRole('button', { name: words.save }).click()
  await expect(waiting).toContainText(['And what is silver?'])

  scriptAnswer(upstream, fault.serverError())
  first.say('melted.')
  first.finish()
  await expect(chat.questions.last()).toHaveText(/And what is silver\?/)
  await expect(waiting).toHaveCount(0)
  await chat.settled('failed')
})

test('a question that waited for an answer which broke off says so, and is sent at a press', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  const waiting = page.getByRole('list', { name: words.label }).getByRole('listitem')
  const first = createLiveAnswer()
  scriptAnswer(upstream, first.step)
  await chat.open()
  await chat.ask('What is glass?')
  // At once, before the page knows that the site has the first.
  await chat.composer.fill('And silver?')
  await chat.composer.press('Enter')
  await expect(waiting).toContainText([words.next])
  first.say('Sand, ')
  await expect(chat.lastAnswer).toContainText('Sand,')
  first.break()
  await expect(waiting).toContainText([words.held.answer])
  scriptAnswer(upstream, answer.text('It tarnishes.'))
  await waiting.getByRole('button', { name: words.send }).click()
  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('It tarnishes.')
  await expect(waiting).toHaveCount(0)
})
