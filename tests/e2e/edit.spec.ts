import { fill } from '#lib/i18n/fill.ts'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { answer, createLiveAnswer } from '#server/demo-upstream/script-steps.ts'
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
  // What was written there survives that the page is left, and is given up with Escape.
  await box.fill('What is half a thou')
  await page.reload()
  await chat.questions.last().getByRole('button', { name: question.edit }).click()
  await expect(box).toHaveValue('What is half a thou')
  await box.press('Escape')
  await chat.questions.last().getByRole('button', { name: question.edit }).click()
  await expect(box).toHaveValue('What is tin?')
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
  await chat.questions.first().getByRole('button', { name: question.previous }).click()
  await expect(chat.questions).toHaveText([/What is tin\?/])
  await expect(chat.lastAnswer).toContainText('First answer')
})

test('while answers are written, another is asked for anew, and a question is taken back for a better one', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  const { question, answer: words } = chat.texts
  scriptAnswer(upstream, answer.text('A metal'))
  await chat.open()
  await chat.ask('What is tin?')
  await chat.settled('complete')
  const mistaken = createLiveAnswer()
  scriptAnswer(upstream, mistaken.step)
  await upstream.nextRequest({ path: '/v1/chat/completions' })
  await chat.ask('And sliver?')
  const request = await upstream.nextRequest({ path: '/v1/chat/completions' })
  mistaken.say('A thin piece ')
  await expect(chat.lastAnswer).toContainText('A thin piece')

  await chat.composer.press('ArrowUp')
  await page.getByRole('textbox', { name: question.box }).fill('And silver?')
  scriptAnswer(upstream, answer.text('A brighter one'))
  await page.getByRole('textbox', { name: question.box }).press('Enter')
  await request.closed
  await expect(chat.lastAnswer).toContainText('A brighter one')
  await chat.settled('complete')
  await chat.questions.last().hover()
  await chat.questions.last().getByRole('button', { name: question.previous }).click()
  await expect(chat.lastAnswer).toContainText(words.stopped)

  const long = createLiveAnswer()
  scriptAnswer(upstream, long.step)
  await chat.ask('Tell me everything')
  long.say('Everything ')
  await expect(chat.lastAnswer).toContainText('Everything')
  scriptAnswer(upstream, answer.text('An element'))
  await chat.answers.first().hover()
  await chat.answers.first().getByRole('button', { name: words.regenerate, exact: true }).click()
  await expect(chat.answers).toHaveText([/An element/])
  // The other one goes on where it was.
  long.say('began with light.')
  long.finish()
  await chat.button(words.previous).click()
  await chat.questions.last().getByRole('button', { name: question.previous }).click()
  await expect(chat.lastAnswer).toContainText('Everything began with light.')
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

test('a long question is folded, and opens by its button, for what is found in it and for being edited', async ({
  page,
  chat,
  upstream,
}) => {
  const { question } = chat.texts
  scriptAnswer(upstream, answer.text('A log.\n\n'.repeat(30)))
  await chat.open()
  await chat.composer.fill(Array.from({ length: 200 }, (_, line) => `entry ${line};`).join('\n'))
  await chat.composer.press('Enter')
  await chat.settled('complete')
  const text = chat.questions.getByText('entry 0;')
  const heightOf = async () => (await text.boundingBox())?.height ?? 0
  const topOf = async (name: string) => (await chat.button(name).boundingBox())?.y ?? 0
  expect(await heightOf()).toBeLessThan(360)
  expect(await text.textContent()).toContain('entry 199;')

  // As a hand does it: what scrolls by itself is not believed.
  await chat.lastAnswer.hover()
  await page.mouse.wheel(0, -10_000)
  await expect.poll(async () => (await text.boundingBox())?.y).toBeGreaterThan(48)
  const before = await text.boundingBox()
  await chat.button(question.more).press('Enter')
  await expect(chat.button(question.less)).toHaveAttribute('aria-expanded', 'true')
  expect(await heightOf()).toBeGreaterThan(4_000)
  expect((await text.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, -1)
  await chat.button(question.less).scrollIntoViewIfNeeded()
  const end = await topOf(question.less)
  await chat.button(question.less).press('Enter')
  await expect(chat.button(question.more)).toBeFocused()
  expect(await heightOf()).toBeLessThan(360)
  expect(await topOf(question.more)).toBeCloseTo(end, -1)

  await page.keyboard.press('ControlOrMeta+f')
  await page.getByRole('textbox', { name: contentsTexts.en.find }).fill('entry 150;')
  await expect(chat.button(question.less)).toBeVisible()
  await expect
    .poll(() =>
      page.evaluate(() => {
        const [range] = CSS.highlights.get('found-here') ?? []
        return (range as Range).getBoundingClientRect().top / window.innerHeight
      }),
    )
    .toBeLessThan(0.8)
  await page.keyboard.press('Escape')
  await chat.button(question.edit).click()
  await expect(page.getByRole('textbox', { name: question.box })).toHaveValue(/entry 199;$/)
})
