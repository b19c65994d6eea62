import { answer } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

const ANSWER = `因为 $x > 0$，所以花 $5 到 $10：

\\[
\\frac{1}{x}
\\]

\`\`\`python
def f(): return "x"  # why
\`\`\`

| 名 | Price |
| --- | ---: |
| 茶 | 5 |`

test('code, formulas and tables are read, copied and saved', async ({ page, chat, upstream, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const elsewhere: string[] = []
  scriptAnswer(upstream, answer.text(ANSWER))
  await chat.open()
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(page.url()).origin) elsewhere.push(request.url())
  })
  await chat.ask('How?')
  await chat.settled('complete')
  const { lastAnswer, texts } = chat

  await expect(lastAnswer.locator('.katex')).toHaveCount(2)
  await expect(lastAnswer.locator('math').first()).toContainText('x > 0')
  await expect(lastAnswer).toContainText('所以花 $5 到 $10')
  await expect(lastAnswer.locator('[data-code="keyword"]').first()).toHaveText('def')

  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await lastAnswer.getByRole('button', { name: texts.code.copy }).click()
  await expect.poll(copied).toBe('def f(): return "x"  # why')
  await lastAnswer.getByRole('region', { name: texts.markdown.table }).hover()
  await lastAnswer.getByRole('button', { name: texts.markdown.copyTable }).click()
  await expect.poll(copied).toBe('名\tPrice\n茶\t5')

  const wrap = lastAnswer.getByRole('button', { name: texts.code.wrap })
  await wrap.click()
  await expect(wrap).toHaveAttribute('aria-pressed', 'true')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    lastAnswer.getByRole('button', { name: texts.code.download }).click(),
  ])
  expect(download.suggestedFilename()).toBe('code.py')

  // The server's own HTML and what the page makes of it are the same answer.
  await page.reload()
  await expect(chat.lastAnswer.locator('.katex')).toHaveCount(2)
  expect(elsewhere).toEqual([])
})
