import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spellMath } from '#components/chat/markdown/math-text.ts'

const spelled = (text: string) => spellMath(text).text

describe('mathematics', () => {
  test.each([
    ['between dollars', 'so $a^2 + b^2$ holds', 'so $$a^2 + b^2$$ holds'],
    ['beside Chinese', '因为$x>0$，所以', '因为$$x>0$$，所以'],
    ['in LaTeX’s parentheses', 'so \\(a_1 * b_1\\) holds', 'so $$a_1 * b_1$$ holds'],
    ['in LaTeX’s brackets', '\\[ x = 1 \\]', '$$\n x = 1 \n$$'],
    ['displayed over lines', 'so\n\\[\nx = 1\n\\]\nholds', 'so\n$$\nx = 1\n$$\nholds'],
    ['displayed in dollars on one line', '$$ x = 1 $$', '$$\n x = 1 \n$$'],
    ['displayed in dollars over lines', '$$\nx = 1\n$$', '$$\nx = 1\n$$'],
    ['displayed within a line', 'so \\[x\\] holds', 'so $$$x$$$ holds'],
    ['displayed in dollars within a line', '- so $$x$$ holds', '- so $$$x$$$ holds'],
    ['in a list', '- first\n  \\[\n  x = 1\n  \\]\n- next', '- first\n  $$\n  x = 1\n  $$\n- next'],
    ['in a quotation', '> \\[\n> x\n> \\]', '> $$\n> x\n> $$'],
    ['after text on its line', 'so \\[\nx\n\\] holds', 'so \n$$\nx\n$$\n holds'],
    ['with an escaped dollar inside', '$5 \\$ x$', '$$5 \\$ x$$'],
    ['in a cell', '| $O(n)$ | $5 |', '| $$O(n)$$ | $5 |'],
    [
      'that is a display by what it says',
      '$\\begin{align}a\\end{align}$',
      '$$\n\\begin{align}a\\end{align}\n$$',
    ],
  ])('%s', (_, written, read) => {
    expect(spellMath(written)).toEqual({ text: read, hasMath: true })
  })

  test.each([
    ['money', 'from $5 to $10'],
    ['money before a word', 'US$5 or A$7'],
    ['a shell variable', 'echo $HOME and $ PATH $'],
    ['a closing dollar before a digit', 'x $a$1 y'],
    ['an escaped dollar', 'a \\$b$ c'],
    ['a formula that never closes', 'so $a + b'],
    ['a formula over an empty line', 'so $a\n\nb$'],
    ['a code span', '`$a$` and ``\\(b\\) ` ``'],
    ['a fence', '```sh\necho $a$b$\n\\[ x \\]\n```\nafter'],
    ['a fence that is still open', '~~~\n$a$'],
    ['a fence in a list', '- x\n  ```\n  $a$\n  ```'],
    ['nothing at all', 'no mathematics'],
    ['an empty pair', '\\(\\) $$ $$'],
    ['cells of prices', '| Basic | $5 | $ |\n| a$ | $7|$x|'],
    ['items of prices', '- costs $5 or so\n- or 3$ less'],
    ['a price and a pattern', '| $1,299 | `^\\w+$` |'],
  ])('is not in %s', (_, written) => {
    expect(spellMath(written)).toEqual({ text: written, hasMath: false })
  })

  test('is found after a fence, and after a backtick that opens nothing', () => {
    expect(spelled('```\n$a$\n```\n$b$')).toBe('```\n$a$\n```\n$$b$$')
    expect(spelled('a ` b $c$')).toBe('a ` b $$c$$')
    expect(spelled('a ` b\n\n$c$ and ` d')).toBe('a ` b\n\n$$c$$ and ` d')
  })

  test('is left as it was written where setting it would hang the page', () => {
    for (const text of [`$${'x+'.repeat(3_000)}x$`, `\\[\n${'x & '.repeat(3_000)}\n\\]`]) {
      expect(spellMath(text)).toEqual({ text, hasMath: false })
    }
    expect(spelled(`\\(${'a'.repeat(5_000)}\\) and \\(b\\)`)).toContain('and $$b$$')
  })

  test('nothing but formulas changes, whatever is written', () => {
    const word = fc.constantFrom(
      'a',
      '1',
      ' ',
      '\n',
      '\n\n',
      '$',
      '$$',
      '`',
      '```',
      '\\',
      '\\(',
      '\\)',
      '\\[',
      '\\]',
      '中',
      '> ',
      '- ',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const text = words.join('')
        const { text: read, hasMath } = spellMath(text)
        if (!hasMath) expect(read).toBe(text)
        // What it adds and takes away are dollars, brackets and the lines of displays; the words stay as they were.
        const words_ = (one: string) => one.replace(/[\s$\\()[\]>]/g, '')
        expect(words_(read)).toBe(words_(text))
      }),
      { numRuns: 2_000 },
    )
  })
})
