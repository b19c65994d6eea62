import { conversationSettingsTexts } from '#lib/i18n/rooms/conversation-settings.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

const texts = conversationSettingsTexts.en

test('a conversation is answered as it is set, also after the page was loaded anew', async ({
  page,
  chat,
  upstream,
}) => {
  scriptAnswer(upstream, answer.text('One'))
  await chat.open()
  await chat.ask('Before')
  await chat.settled('complete')
  await chat.chooseInBar(texts.title)
  const panel = page.getByRole('dialog', { name: texts.title })
  await panel.getByRole('combobox', { name: texts.model }).fill('two words')
  await panel.getByRole('button', { name: texts.save }).click()
  await expect(panel.getByRole('alert')).toHaveText(texts.wrongModel)
  await panel.getByRole('combobox', { name: texts.model }).fill('tain-demo-fast')
  await panel.getByRole('textbox', { name: texts.instructions }).fill('Answer in verse.')
  await panel.getByRole('combobox', { name: texts.effort }).selectOption('high')
  await panel.getByRole('button', { name: texts.save }).click()
  await expect(panel).toHaveCount(0)

  await page.reload()
  upstream.reset()
  scriptAnswer(upstream, answer.text('Two'))
  await chat.ask('After')
  await chat.settled('complete')
  const asked = upstream.received.find(({ target }) => target.endsWith('/chat/completions'))
  const body = JSON.parse(String(await asked?.body))
  expect(body).toMatchObject({ model: 'tain-demo-fast', reasoning_effort: 'high' })
  expect(JSON.stringify(body.messages)).toContain('Answer in verse.')
})
