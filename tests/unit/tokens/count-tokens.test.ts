import fc from 'fast-check'
import { countTokens as countAtOnce } from 'gpt-tokenizer/encoding/o200k_base'
import { expect, test } from 'vitest'
import { countTokens } from '#lib/tokens/count-tokens.ts'

const plain = { disallowedSpecial: new Set<string>() }

test('counts as the vocabulary of the model does', async () => {
  expect(await countTokens('')).toBe(0)
  expect(await countTokens('hello world')).toBe(2)
  expect(await countTokens('你好，世界')).toBe(3)
  // cl100k has no word for it, o200k has.
  const newer = await countTokens('你好，世界', 'gpt-5.4')
  const older = await countTokens('你好，世界', 'gpt-4-turbo')
  expect(older).toBeGreaterThan(newer)
  expect(await countTokens('你好，世界', 'gpt-4o')).toBe(newer)
  expect(await countTokens('你好，世界', 'gpt-4.1-mini')).toBe(newer)
})

test('takes what looks like a special token for text', async () => {
  expect(await countTokens('<|endoftext|>')).toBe(7)
})

test('counts long prose exactly', async () => {
  const prose = 'A question is stored before it is sent; an answer is stored while it grows. '.repeat(500)
  expect(await countTokens(prose)).toBe(countAtOnce(prose, plain))
})

test('counts any text within a few tokens for each piece', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 1500 }), async (text) => {
      const exact = countAtOnce(text, plain)
      const counted = await countTokens(text)
      const pieces = Math.ceil(text.length / 128)
      expect(Math.abs(counted - exact)).toBeLessThanOrEqual(4 * pieces)
    }),
    { numRuns: 50 },
  )
})

test.each(['a', ' ', '你好世界', '👩‍👩‍👧', '!?'])(
  'counts a long run of %j without the square of its length, and lets others run meanwhile',
  async (unit) => {
    let turns = 0
    const takeTurn = () => {
      turns++
      next = setImmediate(takeTurn)
    }
    let next = setImmediate(takeTurn)
    const count = await countTokens(unit.repeat(20_000))
    clearImmediate(next)
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(unit.length * 20_000 * 3)
    expect(turns).toBeGreaterThan(0)
  },
  60_000,
)
