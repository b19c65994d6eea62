import { expect, test } from 'vitest'
import { growingText } from '#components/chat/markdown/growing-text.ts'

test.each([
  // Formulas wait until they are whole.
  ['so \\(a_1', 'so '],
  ['so\n\n\\[\n\\begin{aligned}\na &= b \\\\[4pt]\n', 'so\n\n'],
  ['so $$ x', 'so '],
  ['so $\\frac{1', 'so '],
  ['so \\', 'so '],
  ['- a\n- $x', '- a\n- '],
  // So do signs, and the head of a table.
  ['是**', '是'],
  ['**是*', '**是'],
  ['so `', 'so '],
  ['so\n\n| a | b |\n|-', 'so\n\n'],
  ['| a | b |\n|---|', ''],
  ['so\n\n| a |\n', 'so\n\n'],
  ['so\n-', 'so\n'],
  ['- a\n  1. ', '- a\n'],
  // Code is closed, and a link shows its words.
  ['**用 `use', '**用 `use`'],
  ['用 `$HO', '用 `$HO`'],
  ['**[Rea', '**[Rea](streamdown:incomplete-link)'],
  ['[Rea](https://rea', '[Rea](streamdown:incomplete-link)'],
  ['a ![cat](https://', 'a '],
  ['- [ ', '- '],
  ['so[^1', 'so'],
  ['so ([a](https://a.test)', 'so'],
])('%j is shown as %j while it grows', (text, shown) => expect(growingText(text)).toBe(shown))

test.each([
  'so \\(a\\) and $b$',
  'from $5 to',
  'so \\(a\n\nNext',
  'the `$x` of a shell',
  `so $HOME ${'is a word '.repeat(8)}`,
  '| a | b |\n|---|---|\n| c',
  'x | y',
  '**用 `useMemo`',
  '```\n\\[ x',
  '```js\na[0',
  '```\n| a |',
  '```\n**',
])('%j is shown to its end while it grows', (text) => expect(growingText(text)).toBe(text))
