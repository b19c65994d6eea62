import { createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

test('a stopped answer goes on in its place, and its receipt tells of both parts', async ({
  page,
  chat,
  upstream,
}) => {
  const first = createLiveAnswer()
  scriptAnswer(upstream, first.step)
  await chat.open()
  await chat.ask('What is behind a mirror?')
  first.say('Behind a mirror ')
  await expect(chat.lastAnswer).toContainText('Behind a mirror')
  await chat.button(chat.texts.composer.stop).click()
  await chat.settled('stopped')

  const second = createLiveAnswer()
  scriptAnswer(upstream, second.step)
  await chat.button(chat.texts.answer.continue).click()
  second.say('there is silver.')
  second.finish()
  await chat.settled('complete')
  await expect(chat.lastAnswer).toContainText('Behind a mirror there is silver.')
  await expect(chat.answers).toHaveCount(1)

  await chat.lastAnswer.getByText(chat.texts.receipt.title).click()
  await expect(chat.lastAnswer.getByRole('heading', { name: 'Part 2' })).toBeVisible()
  await expect(chat.lastAnswer).toContainText(/[0-9a-f]{64}/)
  const download = page.waitForEvent('download')
  await chat.lastAnswer.getByRole('link', { name: chat.texts.receipt.raw }).last().click()
  expect((await download).suggestedFilename()).toMatch(/^answer-.*\.txt$/)

  await page.reload()
  await expect(chat.lastAnswer).toContainText('Behind a mirror there is silver.')
})
