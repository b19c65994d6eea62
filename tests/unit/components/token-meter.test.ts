import { expect, it } from 'vitest'
import { estimateTokens } from '#components/chat/composer/token-meter.tsx'

it.each([
  ['a', 7_999, 0],
  ['a', 8_000, 2_000],
  ['镜', 8_000, 8_000],
  ['a镜', 100_000, 130_000],
])('%s %i times is about %i tokens', (text, times, tokens) => {
  expect(estimateTokens(text.repeat(times))).toBe(tokens)
})
