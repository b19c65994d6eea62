import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'
import { violationsOf } from '#tests/support/violations.ts'

const ANSWER = `Because of **silver**, see [why](https://example.org) and $x > 0$.

\`\`\`python
def f(): return "x"  # why
\`\`\`

- [x] done
- \`code\`

> quoted

| 名 | Price |
| --- | ---: |
| 茶 | 5 |

\`\`\`mermaid
graph TD
  A[镜] --> B
\`\`\``

const both = ['light', 'dark'] as const

test('axe finds nothing on the screens of the chat, in the light and in the dark', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
  // Some twenty screens, each of which axe reads whole: close to a minute on two cores that have other work.
  test.setTimeout(120_000)
  const found: Record<string, string[]> = {}
  const look = async (screen: string, schemes: readonly ('light' | 'dark')[] = ['light']) => {
    for (const scheme of schemes) {
      const violations = await violationsOf(page, scheme)
      if (violations.length > 0) found[`${screen}, ${scheme}`] = violations
    }
  }
  const { texts } = chat
  await chat.open()
  await look('the empty page', both)
  scriptAnswer(upstream, answer.text(ANSWER))
  await chat.ask('How?')
  await chat.settled('complete')
  await expect(chat.lastAnswer.getByRole('img')).toBeVisible()
  await chat.lastAnswer.getByRole('button', { name: texts.answer.good }).click()
  await chat.lastAnswer.locator('summary').click()
  scriptAnswer(upstream, fault.rateLimited({ retryAfterMs: 90_000 }))
  await chat.ask('And at the limit?')
  await chat.settled('failed')
  await page.keyboard.press('Control+f')
  const search = page.getByRole('search', { name: contentsTexts.en.find })
  await search.getByRole('textbox').fill('silver')
  await expect(search.getByRole('status')).toContainText('/')
  await look('a conversation with a receipt, a failure and the search', both)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: texts.conversation.contents }).click()
  await look('the menu of its contents')
  await page.keyboard.press('Escape')
  await page.route('**/api/search*', (route) => route.abort())
  await page.getByRole('combobox', { name: texts.search.label }).fill('silver')
  await expect(page.getByText(texts.search.failed)).toBeVisible()
  await look('a search that failed')
  await page.keyboard.press('Escape')
  await chat.button(texts.sidebar.archived).click()
  await expect(page.getByText(texts.sidebar.archivedEmpty)).toBeVisible()
  await look('the archive')
  await page.getByRole('button', { name: texts.sidebar.back }).click()
  for (const [screen, keys, schemes] of [
    ['the palette', 'Control+k', ['light']],
    ['the settings', 'Control+,', ['light']],
  ] as const) {
    await page.keyboard.press(keys)
    await expect(page.getByRole('dialog')).toBeVisible()
    await look(screen, schemes)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  // With few colours, which the system forces, what is chosen is told by its own.
  await page.emulateMedia({ forcedColors: 'active' })
  await page.keyboard.press('Control+k')
  const highlight = await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('hr'), { style: 'background: Highlight' }))
    return getComputedStyle(document.body.lastElementChild ?? document.body).backgroundColor
  })
  await expect(page.getByRole('option', { selected: true })).toHaveCSS('background-color', highlight)
  await page.keyboard.press('Escape')
  await page.emulateMedia({ forcedColors: null })
  await page.getByRole('button', { name: texts.conversation.share }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('sharing')
  await page.goto('/sign-in')
  await look('/sign-in')
  await page.goto('/account')
  await look('/account')
  for (const path of ['/sign-up', '/forgot', '/reset', '/confirm', '/welcome', '/terms', '/privacy']) {
    await page.goto(path)
    await look(path)
  }
  expect(found).toEqual({})
})
