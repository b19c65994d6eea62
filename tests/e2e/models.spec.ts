import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import type { DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

const texts = modelsTexts.en

/** The models that were asked, in order. */
async function asked(upstream: DemoUpstream): Promise<string[]> {
  const calls = upstream.received.filter(({ target }) => target.endsWith('/chat/completions'))
  return Promise.all(calls.map(async ({ body }) => JSON.parse(String(await body)).model))
}

test('a model is chosen by keyboard, kept by its conversation and for the next, and changed for one answer', async ({
  page,
  chat,
  upstream,
}) => {
  for (const text of ['One', 'Two', 'Three']) scriptAnswer(upstream, answer.text(text))
  const picker = page.getByRole('dialog', { name: texts.title })
  await chat.open()
  await chat.button('Model: tain-demo').press('Enter')
  await expect(picker.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('fast')
  await expect(picker.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(picker).toHaveCount(0)
  await expect(chat.composer).toBeFocused()
  await chat.ask('Which one are you?')
  await chat.settled('complete')

  await page.reload()
  await expect(chat.button('Model: tain-demo-fast')).toBeVisible()
  await chat.lastAnswer.hover()
  await chat.lastAnswer.getByRole('button', { name: chat.texts.answer.regenerateWith }).click()
  await picker.getByRole('option', { name: /^tain-demo Default/ }).click()
  await expect(chat.lastAnswer).toContainText('Two')
  await chat.settled('complete')

  await chat.composer.pressSequentially('@demo')
  const offered = page.getByRole('listbox', { name: texts.forThis })
  await expect(offered.getByRole('option')).toHaveCount(2)
  await chat.composer.press('Enter')
  await expect(chat.composer).toHaveValue('')
  await chat.ask('And you?')
  await chat.settled('complete')
  expect(await asked(upstream)).toEqual(['tain-demo-fast', 'tain-demo', 'tain-demo'])
  await chat.newChat.click()
  await expect(chat.button('Model: tain-demo-fast')).toBeVisible()
})
