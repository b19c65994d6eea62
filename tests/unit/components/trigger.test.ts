import { expect, it } from 'vitest'
import { triggerAt } from '#components/chat/suggestions/trigger.ts'

it.each([
  ['@', '', 0],
  ['@gpt', 'gpt', 0],
  ['Ask @gpt', 'gpt', 4],
  ['好\n@迷你', '迷你', 2],
  [`${'a'.repeat(100)} @x`, 'x', 101],
])('%j asks for a model', (text, query, from) => {
  expect(triggerAt(text, text.length)).toEqual({ kind: 'model', query, from, caret: text.length })
})

it.each([
  '',
  'a',
  'ada@example.org',
  '@a b',
  '@@',
  `@${'a'.repeat(42)}`,
  `${'a'.repeat(9)}@${'b'.repeat(40)}`,
])('%j asks for nothing', (text) => expect(triggerAt(text, text.length)).toBeNull())

it('only what stands before the caret counts', () => {
  expect(triggerAt('@gpt and more', 2)).toEqual({ kind: 'model', query: 'g', from: 0, caret: 2 })
})

it.each([
  ['/', ''],
  ['/mail to', 'mail to'],
])('%j asks for a prompt', (text, query) => {
  expect(triggerAt(text, text.length)).toEqual({ kind: 'prompt', query, from: 0, caret: text.length })
})

it.each(['a /b', ' /b', '/usr/bin', '/a\nb', `/${'a'.repeat(43)}`])('%j asks for no prompt', (text) => {
  expect(triggerAt(text, text.length)).toBeNull()
})
