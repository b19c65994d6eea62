import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findMatches, fold } from '#components/chat/find/find-matches.ts'

const found = (text: string, query: string) =>
  findMatches(fold(text), query).map(([from, to]) => text.slice(from, to))

it('finds regardless of case, width and the kind of a space', () => {
  expect(found('Silver, SILVER and ｓｉｌｖｅｒ', 'silver')).toEqual(['Silver', 'SILVER', 'ｓｉｌｖｅｒ'])
  expect(found('a\u00a0b', 'a b')).toEqual(['a\u00a0b'])
  expect(found('ﬁne ½ 镜子镜子镜', '镜子')).toEqual(['镜子', '镜子'])
  expect(found('ﬁne', 'fin')).toEqual(['ﬁn'])
  expect(found('İstanbul', 'stan')).toEqual(['stan'])
})

it('finds nothing for nothing, and nothing across lines', () => {
  expect(found('a b', ' ')).toEqual([])
  expect(found('one\ntwo', 'one two')).toEqual([])
})

it('what it finds is what was looked for, and it finds what is there', () => {
  const piece = fc.string({
    unit: fc.constantFrom('a', 'B', '镜', 'ß', 'ﬁ', 'Ａ', ' ', '½', '😀', 'İ'),
    maxLength: 12,
  })
  fc.assert(
    fc.property(piece, piece, piece, (before, query, after) => {
      fc.pre(query.trim() !== '')
      const text = `${before}${query}${after}`
      const matches = findMatches(fold(text), query)
      expect(matches.length).toBeGreaterThan(0)
      let end = 0
      for (const [from, to] of matches) {
        expect(from).toBeGreaterThanOrEqual(end)
        expect(fold(text.slice(from, to)).text).toContain(fold(query.trim()).text)
        end = to
      }
    }),
  )
})
