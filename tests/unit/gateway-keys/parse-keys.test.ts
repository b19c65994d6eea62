import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { danglingKey, maskKey, parseKeys } from '#lib/gateway/keys/parse-keys.ts'

const A = 'sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa1111'
const B = 'sk-proj-bbbbbbbbbbbbbbbbbbbbbbbb2222'

function sentenceOn(text: string): string {
  try {
    parseKeys(text)
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
  return ''
}

describe('keys', () => {
  test('without a name are accounts by themselves, called by what may be seen of them', () => {
    expect(parseKeys(`${A}, ${B},`)).toEqual([
      { account: 'sk-…1111', secret: A },
      { account: 'sk-…2222', secret: B },
    ])
  })

  test('that look alike are told apart', () => {
    const twin = `sk-other-cccccccccccccccccccccc1111`
    expect(parseKeys(`${A},${twin}`).map(({ account }) => account)).toEqual(['sk-…1111', 'sk-…1111~2'])
  })

  test('with a name share an account; the first colon divides', () => {
    expect(parseKeys(`team:${A}, team : ${B}, odd:uuid-1234:secret`)).toEqual([
      { account: 'team', secret: A },
      { account: 'team', secret: B },
      { account: 'odd', secret: 'uuid-1234:secret' },
    ])
  })

  test('can be bound to an upstream', () => {
    const keys = parseKeys(`${A},eu-team@eu:${B}`)
    expect(keys[1]).toEqual({ account: 'eu-team', upstream: 'eu', secret: B })
    expect(danglingKey(keys, ['eu', 'us'])).toBeUndefined()
    expect(danglingKey(keys, ['us'])).toBe(2)
  })

  test('that stand twice count once', () => {
    expect(parseKeys(`team:${A},team:${A},${B},${B}`)).toHaveLength(2)
  })

  test('none are none', () => {
    expect(parseKeys(' , ,')).toEqual([])
  })
})

test.each([
  [`${A},short`, 'item 2'],
  [`team:${A},team:with space inside`, 'item 2'],
  [`${A},schlüssel-schlüssel`, 'item 2'],
  [`:${A}`, 'item 1'],
  [`${'x'.repeat(33)}:${A}`, 'item 1'],
  [`a@b@c:${A}`, 'item 1'],
  [`a@:${A}`, 'item 1'],
  [`one:${A},two:${A}`, 'item 2'],
  [`one@eu:${A},one@us:${B}`, 'item 2'],
  ['sk-...', 'item 1'],
])('a wrong list is refused with the place, and without the key', (text, place) => {
  const sentence = sentenceOn(text)
  expect(sentence).toMatch(/^must be [^\n]+$/)
  expect(sentence).toContain(place)
  for (const part of text.split(/[,:@]/).filter((word) => word.length > 5))
    expect(sentence).not.toContain(part)
})

test('no sentence ever contains what was written', () => {
  const item = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 60 })
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), (items) => {
      const sentence = sentenceOn(items.join(','))
      for (const written of items)
        if (written.trim().length > 8) expect(sentence).not.toContain(written.trim())
    }),
    { numRuns: 1000 },
  )
})

test('a mask shows at most the last four characters, and nothing of a short key', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 80 }), (key) => {
      const shown = maskKey(key).replace(/^(?:sk-)?…/, '')
      expect(shown).toBe(key.length < 20 ? '' : key.slice(-4))
    }),
  )
  expect(maskKey(A)).toBe('sk-…1111')
})
