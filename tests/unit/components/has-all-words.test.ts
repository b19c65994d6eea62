import { expect, it } from 'vitest'
import { beginsAllWords, hasAllWords } from '#components/chat/find/has-all-words.ts'

it.each([
  ['Résumé of a CAFÉ', 'cafe\u0301 résumé'],
  ['Re\u0301sume\u0301', 'RÉSUMÉ'],
  ['ＧＰＴ-5 对话', 'gpt-5'],
  ['翻译成中文', '中文 翻译'],
  ['anything', ''],
])('finds in "%s" the words "%s"', (text, query) => {
  expect(hasAllWords(text, query)).toBe(true)
})

it.each([
  ['a café', 'café bar'],
  ['翻译', '译翻'],
])('does not find in "%s" the words "%s"', (text, query) => {
  expect(hasAllWords(text, query)).toBe(false)
})

it.each([
  ['The smallest change, that helps', 'chan help', true],
  ['The smallest change', 'all', false],
  ['A ball for all', 'all', true],
  ['(all)', 'ALL', true],
  ['请润色下面的文字', '文字', true],
  ['用 table 比较', 'able', false],
  ['用table比较', 'table 比较', true],
  ['Anything', '', true],
])('words of %j that begin as %j: %s', (text, query, expected) => {
  expect(beginsAllWords(text, query)).toBe(expected)
})
