import { expect, it } from 'vitest'
import { titleFromQuestion } from '#lib/chat/title-from-question.ts'

it.each([
  ['a short one stays', 'What is a mirror?', 'What is a mirror?'],
  ['of several lines the first counts', '  What?  \nAnd why?', 'What?'],
  [
    'a word is not broken',
    'Why does my Python loop skip every second element when I remove items?',
    'Why does my Python loop skip every second element when I…',
  ],
  ['a word that ends at the limit stays whole', `${'ab '.repeat(19)}end and more`, `${'ab '.repeat(19)}end…`],
  ['Chinese is cut anywhere', '镜'.repeat(61), `${'镜'.repeat(60)}…`],
  [
    'Chinese behind a Latin word is not taken for a word',
    `Python ${'镜'.repeat(61)}`,
    `Python ${'镜'.repeat(53)}…`,
  ],
  ['what has no spaces is cut between characters', '👩‍👩‍👧'.repeat(61), `${'👩‍👩‍👧'.repeat(60)}…`],
  ['a very long word as well', 'x'.repeat(70), `${'x'.repeat(60)}…`],
])('%s', (_, question, title) => {
  expect(titleFromQuestion(question)).toBe(title)
})

it('leaves out what PostgreSQL cannot hold', () => {
  expect(titleFromQuestion('a\0b')).toBe('a b')
})
