import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

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

/** What axe finds on the page as it is: everything in the light, and in the dark what colours decide. */
async function violationsOf(page: Page, scheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  // Colours that are on their way from one scheme to the other are nobody's; where one ends, what inherits it may begin.
  await page.evaluate(async () => {
    // What is far away and not laid out gets its colours when the page is next drawn.
    for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve))
    const moving = () => document.getAnimations().filter(({ playState }) => playState === 'running')
    for (let left = moving(); left.length > 0; left = moving())
      await Promise.all(left.map(({ finished }) => finished.catch(() => undefined)))
  })
  // Pages without frames need no second page to gather what was found in them.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (scheme === 'light'
    ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    : axe.withRules(['color-contrast', 'link-in-text-block'])
  ).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')} – ${failureSummary?.split('\n')[1]?.trim()}`,
    ),
  )
}

test('axe finds nothing on the screens of the chat, in the light and in the dark', {
  tag: '@desktop',
}, async ({ page, chat, upstream }) => {
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
  await page.getByRole('button', { name: texts.conversation.share }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('sharing')
  await page.goto('/sign-in')
  await look('/sign-in')
  await page.goto('/account')
  await look('/account')
  expect(found).toEqual({})
})
