import { expect, test } from 'vitest'
import { beginWith } from '#components/chat/composer/begin-with.ts'

const fix = 'Find the bug:\n\n'
const explain = 'Explain this:\n\n'

test.each([
  ['into an empty box', '', `${fix}`],
  ['before what was pasted', 'let a', `${fix}let a`],
  ['in place of another beginning', `${explain}let a`, `${fix}let a`],
  ['once', `${fix}let a`, `${fix}let a`],
])('a beginning is written %s', (_, written, expected) => {
  expect(beginWith(fix, written, [fix, explain])).toBe(expected)
})

test('a question that is asked in a new chat stands before what was being written there', () => {
  expect(beginWith('Why?', '')).toBe('Why?')
  expect(beginWith('Why?', 'Half a thou')).toBe('Why?\n\nHalf a thou')
  expect(beginWith('', 'Half a thou')).toBe('Half a thou')
})
