import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe finds on the page as it is: everything in the light, and in the dark what colours decide. */
export async function violationsOf(page: Page, scheme: 'light' | 'dark'): Promise<string[]> {
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
