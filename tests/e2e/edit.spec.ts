import { fill } from '#lib/i18n/fill.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

test('a question is asked differently as a branch, and the old one stays', async ({
  page,
  chat,
  upstream,
  isMobile,
}) => {
  const { question, answer: words } = chat.texts
  scriptAnswer(upstream, answer.text('First answer'))
  await chat.open()
  await chat.ask('What is tin?')
  await chat.settled('complete')

  await chat.composer.press('ArrowUp')
  const box = page.getByRole('textbox', { name: question.box })
  await expect(box).toBeFocused()
  await expect(box).toHaveValue('What is tin?')
  // Not behind the bar.
  await expect.poll(async () => (await box.boundingBox())?.y).toBeGreaterThan(48)
  await box.fill('What is silver?')
  await box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  await expect(box).toHaveValue('What is silver?')
  scriptAnswer(upstream, answer.text('Second answer'))
  await box.press('Enter')
  await expect(box).toHaveCount(0)
  if (!isMobile) await expect(chat.composer).toBeFocused()
  await expect(chat.questions).toHaveText([/What is silver\?/])
  await expect(chat.lastAnswer).toContainText('Second answer')
  await chat.settled('complete')

  await page.reload()
  await expect(chat.questions.first()).toContainText(fill(words.branch, { index: 2, count: 2 }))
  await chat.questions.first().getByRole('button', { name: words.previous }).click()
  await expect(chat.questions).toHaveText([/What is tin\?/])
  await expect(chat.lastAnswer).toContainText('First answer')
})

test('Esc leaves the question as it was, and an empty one cannot be asked', async ({
  page,
  chat,
  upstream,
}) => {
  const { question } = chat.texts
  scriptAnswer(upstream, answer.text('An answer'))
  await chat.open()
  await chat.ask('Left alone')
  await chat.settled('complete')
  await chat.questions.first().hover()
  await chat.button(question.edit).click()
  const box = page.getByRole('textbox', { name: question.box })
  await box.fill('  ')
  await expect(chat.button(question.ask)).toBeDisabled()
  await box.press('Escape')
  await expect(box).toHaveCount(0)
  await expect(chat.button(question.edit)).toBeFocused()
  await expect(chat.questions).toHaveText([/Left alone/])
})
