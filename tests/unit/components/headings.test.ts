import { expect, test } from 'vitest'
import { topLevelOf } from '#components/chat/markdown/headings.tsx'

test.each([
  ['no heading', 1],
  ['### Three\n\n## Two\n\n#### Four', 2],
  ['```md\n# In code\n```\n\n### Three', 3],
  ['```md\n# In code that is still being written', 1],
  ['One\n===\n\n## Two', 1],
  ['Two\n---\n\n### Three', 2],
  ['#hash is no heading, nor is\n\n---\n\n### this', 3],
])('the highest heading of %j', (text, level) => {
  expect(topLevelOf(text)).toBe(level)
})
