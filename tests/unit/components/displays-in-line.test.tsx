import { renderToStaticMarkup } from 'react-dom/server'
import { Streamdown } from 'streamdown'
import { expect, test } from 'vitest'
import { ReadingContext } from '#components/chat/chat-context.ts'
import { Block } from '#components/chat/markdown/block.tsx'
import { streamdownProps } from '#components/chat/markdown/markdown.tsx'
import { math } from '#components/chat/markdown/math.ts'
import { spellMath } from '#components/chat/markdown/math-text.ts'
import { MathContext } from '#components/chat/markdown/use-math.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'

/** How often a text has a formula, and how many of them stand on lines of their own. */
function formulasIn(text: string) {
  const html = renderToStaticMarkup(
    <ReadingContext value={{ locale: 'en', texts: dictionaryOf('en') }}>
      <MathContext value={math}>
        <Streamdown {...streamdownProps} BlockComponent={Block}>
          {spellMath(text).text}
        </Streamdown>
      </MathContext>
    </ReadingContext>,
  )
  expect(html).not.toContain('$')
  return { all: html.match(/<math/g)?.length, displays: html.match(/katex-display/g)?.length ?? 0, html }
}

test.each([
  ['in brackets', 'so \\[\\frac{a}{b}\\] holds'],
  ['in dollars', '所以有 $$x = \\frac{a}{b}$$，其中'],
  ['emphasised, in a list', '- first: **\\[x\\]**\n- next'],
  ['behind a colon, on one line', '1. The rule:\n   so $$x$$.'],
])('a display within a line is one: %s', (_, text) => {
  const { all, displays, html } = formulasIn(text)
  expect({ all, displays }).toEqual({ all: 1, displays: 1 })
  // The paragraph or item goes on around it.
  expect(html.match(/<(?:p|li)\b/g)?.length).toBe(text.includes('- next') ? 2 : 1)
})

test.each([
  ['what is no display', 'so \\(x\\) and $y$ hold', 2],
  ['a table', '| a | b |\n| - | - |\n| $$x$$ | \\[y\\] |', 2],
  ['a heading', '## The rule $$x$$', 1],
])('there is none in %s', (_, text, all) => {
  expect(formulasIn(text)).toMatchObject({ all, displays: 0 })
})
