import { expect, it } from 'vitest'
import { hasAllWords } from '#components/chat/find/has-all-words.ts'

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
