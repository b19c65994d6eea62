import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ReadingContext } from '#components/chat/chat-context.ts'
import { readLongTable } from '#components/chat/markdown/long-table.tsx'
import { Markdown } from '#components/chat/markdown/markdown.tsx'
import { endOfPiece, nextReached } from '#components/chat/markdown/use-reached.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'

const render = (text: string, running = false) =>
  renderToStaticMarkup(
    <ReadingContext value={{ locale: 'en', texts: dictionaryOf('en') }}>
      <Markdown text={text} running={running} />
    </ReadingContext>,
  )

const cell = fc.constantFrom(
  'silver',
  '**银**：mirror',
  '`a | b`',
  'a \\| b',
  '[a](https://x.test)',
  '$5',
  '$x$',
  '<br>',
  '<script>',
  '',
  ' ',
  '~~x~~ _y_',
  '&amp; \\*',
  'https://x.test/?a=1',
  '**open',
)
const rowOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const bodyRow = fc.array(cell, { minLength: 1, maxLength: 5 }).map(rowOf)
const table = fc.array(bodyRow, { minLength: 41, maxLength: 130 })

const HEAD = '| a | 表 | c |\n| --- | :-: | ---: |\n'
const bodyOf = (html: string) => /<tbody>(.*)<\/tbody>/s.exec(html)?.[1] ?? ''

test('a long table in pieces is the table that its rows make in short ones', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const text = HEAD + rows.join('\n')
      expect(readLongTable(text)?.rows.join('\n').split('\n')).toEqual(rows)
      const html = render(text)
      const short = rows.map((row) => render(HEAD + row))
      expect(bodyOf(html)).toBe(short.map(bodyOf).join(''))
      expect(html.replace(/<tbody>.*<\/tbody>/s, '')).toBe(short[0]?.replace(/<tbody>.*<\/tbody>/s, ''))
    }),
    { numRuns: 12 },
  )
})

test('of a table that grows all pieces but the last are settled', () => {
  const rows = Array.from({ length: 500 }, (_, index) => `| ${index} | x | y |`)
  const pieces = (count: number) => readLongTable(HEAD + rows.slice(0, count).join('\n'))?.rows ?? []
  for (let count = 60; count < 500; count += 37) {
    const settled = pieces(count).slice(0, -1)
    expect(pieces(500).slice(0, settled.length)).toEqual(settled)
  }
  expect(pieces(500)).toHaveLength(13)
})

test.each([
  ['a short one', `${HEAD}| 1 | 2 | 3 |`],
  ['other columns in its head', `| a | b |\n| --- | --- | --- |\n${'| 1 | 2 |\n'.repeat(60)}`],
  ['code in its head', `| \`a|b\` | b |\n| --- | --- |\n${'| 1 | 2 |\n'.repeat(60)}`],
  ['no delimiters', '| a | b |\n'.repeat(60)],
  ['something behind it', `${HEAD}${'| 1 | 2 | 3 |\n'.repeat(60)}and so on`],
])('a table stays whole: %s', (_, text) => {
  expect(readLongTable(text)).toBeUndefined()
})

test('a long text is formatted in steps that end with a block, or a line, or at least a character', () => {
  expect(endOfPiece('one\n\ntwo\nthree\n\nfour', 0, 4)).toBe(5)
  expect(endOfPiece('one two\nthree four', 0, 6)).toBe(8)
  expect(endOfPiece('一二😀三', 0, 3)).toBe(4)
  expect(endOfPiece('short', 0, 6)).toBe(5)
})

test('the steps reach the end of every text, and what grows as answers do is whole with each', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '\n', '\n\n', 'word '.repeat(300), '😀'.repeat(700), '镜'), {
        maxLength: 60,
      }),
      fc.integer({ min: 1_000, max: 16_000 }),
      (words, chars) => {
        const text = words.join('')
        let [reached, steps] = [0, 0]
        while (reached < text.length) {
          const next = nextReached(text, reached, chars)
          expect(next).toBeGreaterThan(reached)
          expect(next - reached).toBeLessThanOrEqual(Math.max(4_000, 2 * chars + 2))
          ;[reached, steps] = [next, steps + 1]
        }
        expect(steps).toBeLessThanOrEqual(1 + text.length / chars)
        expect(nextReached(`${text}${'x'.repeat(4_000)}`, text.length, chars)).toBe(text.length + 4_000)
      },
    ),
  )
})
