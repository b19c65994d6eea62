import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Highlighted } from '#lib/chat/contract.ts'
import { highlight, snippetOf } from '#lib/chat/search-highlight.ts'
import { foldText, gramsOf, gramsOfTerm } from '#lib/db/search-text.ts'

test.each([
  ['ＴＡＩＮ　镜', 'tain 镜'],
  ['ﬁne …', 'fine ...'],
  ['ΟΔΟΣ ὁδός', 'οδοσ ὁδόσ'],
  ['a\u0000b\r\n\tc', 'a b c'],
  ['e\u0301', 'é'],
  ['\ud800x', '\ufffdx'],
])('%j is compared as %j', (text, folded) => expect(foldText(text)).toBe(folded))

const letters = fc.stringMatching(/^[aébz 银镜背面的。😀]{0,30}$/u)

test('a text that contains a term has all of its grams', () => {
  fc.assert(
    fc.property(letters, letters, letters, (before, inside, after) => {
      const grams = gramsOf(foldText(before + inside + after))
      const terms = foldText(inside).split(' ').filter(Boolean)
      for (const term of terms) for (const gram of gramsOfTerm(term)) expect(grams.has(gram)).toBe(true)
    }),
  )
})

test('grams tell texts apart: one character, two, and three', () => {
  const grams = gramsOf(foldText('mirror 镜面'))
  const has = (term: string) => [...gramsOfTerm(term)].every((gram) => grams.has(gram))
  expect(['m', 'rr', 'mirror', '镜', '镜面'].map(has)).toEqual([true, true, true, true, true])
  expect(['x', 'ma', 'mirrors', '面镜', '背'].map(has)).toEqual([false, false, false, false, false])
})

const marked = (found: Highlighted | undefined) =>
  found?.ranges.map(([from, to]) => found.text.slice(from, to)) ?? []

test('ranges are where the text itself has the terms, whatever folding does to its length', () => {
  expect(marked(highlight('……ＴＡＩＮ 和 Tain', ['tain']))).toEqual(['ＴＡＩＮ', 'Tain'])
  expect(marked(highlight('the ﬁne ﬁnish', ['fin']))).toEqual(['ﬁn', 'ﬁn'])
  expect(marked(highlight('cafe\u0301s', ['café']))).toEqual(['cafe\u0301'])
  expect(marked(highlight('镜镜镜子', ['镜', '镜子']))).toEqual(['镜镜镜子'])
})

test('a snippet shows the first match with what stands around it, on one line', () => {
  const text = `${'before '.repeat(40)}\nthe silver 银 is\nhere${' after'.repeat(60)}`
  const snippet = snippetOf(text, ['银'])
  expect(marked(snippet)).toEqual(['银'])
  expect(snippet?.text).toMatch(/^…before .*the silver 银 is here after.*after…$/)
  expect(snippet?.text.length).toBeLessThan(140)
  expect(snippetOf(text, ['金'])).toBeUndefined()
})

test('a match far into a long text is found, across the places where it is read in pieces', () => {
  for (const before of [1_990, 1_995, 2_000, 50_000]) {
    const snippet = snippetOf(`${'.'.repeat(before)} Needle ${'.'.repeat(3_000)}`, ['needle'])
    expect(marked(snippet)).toEqual(['Needle'])
  }
})

test('the ranges of a snippet lie in it and hold the term, in any text', () => {
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 20 }), letters, (pieces, inside) => {
      const term = foldText(inside).split(' ')[0] ?? ''
      if (term === '') return
      const snippet = snippetOf(pieces.join(inside), [term])
      for (const found of marked(snippet)) expect(foldText(found)).toContain(term)
      expect(snippet?.text.isWellFormed()).not.toBe(false)
    }),
  )
})
