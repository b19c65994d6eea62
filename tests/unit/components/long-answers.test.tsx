import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { Streamdown } from 'streamdown'
import { expect, test } from 'vitest'
import { ReadingContext } from '#components/chat/chat-context.ts'
import { groupsOf, isSame } from '#components/chat/markdown/code-text.tsx'
import { readFencedCode } from '#components/chat/markdown/fenced-code.ts'
import { highlight, loadLanguage } from '#components/chat/markdown/highlight.ts'
import { readLongList } from '#components/chat/markdown/long-list.tsx'
import { readLongTable } from '#components/chat/markdown/long-table.tsx'
import { Markdown, streamdownProps } from '#components/chat/markdown/markdown.tsx'
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

const itemText = fc.constantFrom(
  'silver',
  '**银**：mirror',
  '`- a`',
  'a - b',
  '[a](https://x.test)',
  '$x$',
  '# heading',
  '> quoted',
  '1. inner',
  '- inner',
  '<b>x</b>',
  '| a |',
)
/** What may stand in an item below its first line. */
const below = fc.constantFrom(
  [],
  [],
  ['more'],
  ['- inner', '- **two**'],
  ['1. inner', '2. two', '   far'],
  ['> quoted', 'lazily'],
)
const list = fc
  .record({
    marker: fc.constantFrom('-', '*', '1.', '7.', '1)'),
    isLoose: fc.boolean(),
    items: fc.array(fc.tuple(itemText, below), { minLength: 26, maxLength: 80 }),
  })
  .map(({ marker, isLoose, items }) =>
    items
      .map(([first, rest], index) => {
        const from = Number.parseInt(marker, 10)
        const sign = Number.isNaN(from) ? marker : marker.replace(String(from), String(from + index))
        const inner = rest.map((line) => ' '.repeat(sign.length + 1) + line)
        return [`${sign} ${first}`, ...inner].join('\n')
      })
      .join(isLoose ? '\n\n' : '\n'),
  )

/** What the library makes of a text, without any shortcut of ours. */
const unpieced = (text: string) =>
  renderToStaticMarkup(
    <ReadingContext value={{ locale: 'en', texts: dictionaryOf('en') }}>
      <Streamdown {...streamdownProps} parseIncompleteMarkdown={false}>
        {text}
      </Streamdown>
    </ReadingContext>,
  )

test('a long list in pieces is the list that it is as a whole', () => {
  let inPieces = 0
  fc.assert(
    fc.property(list, fc.constantFrom('', '\n\n   An end.', '\n  - inner\n\n    far'), (items, end) => {
      const text = items + end
      if (readLongList(text)) inPieces++
      expect(render(text)).toBe(unpieced(text))
    }),
    { numRuns: Number(process.env.STREAMING_RUNS ?? 25) },
  )
  expect(inPieces).toBeGreaterThan(3)
})

test('of a list that grows all pieces but the last two are settled', () => {
  const items = Array.from({ length: 300 }, (_, index) => `${index + 1}. **Item** ${index}`)
  for (const between of ['\n', '\n\n']) {
    const pieces = (count: number) => readLongList(items.slice(0, count).join(between))?.items ?? []
    for (let count = 60; count < 300; count += 37) {
      const settled = pieces(count).slice(0, -2)
      expect(pieces(300).slice(0, settled.length)).toEqual(settled)
    }
    expect(pieces(300).length).toBeGreaterThan(10)
  }
})

test.each([
  ['a short one', '- a\n'.repeat(20)],
  ['code in it', `${'- a\n'.repeat(60)}- \`\`\`\n  b`],
  ['tasks', '- [ ] a\n'.repeat(60)],
  ['another marker', `${'- a\n'.repeat(60)}* b`],
  ['words at the margin', `${'- a\n'.repeat(60)}so on`],
  ['an empty line here and there', `${'- a\n'.repeat(60)}\n- b`],
  ['a line between paragraphs', `${'- a\n'.repeat(60)}- - -`],
])('a list stays whole: %s', (_, text) => {
  expect(readLongList(text)).toBeUndefined()
})

const fenced = fc
  .record({
    fence: fc.constantFrom('```', '````', '~~~'),
    info: fc.constantFrom('', 'ts', ' py', 'c++', 'js title="x"', '文', 'a&amp;b', 'x\\_y', 'TS  {1}'),
    lines: fc.array(
      fc.constantFrom(
        '',
        '  ',
        'a *b*',
        '<b>&amp;</b>',
        '\tx',
        '$x$ \\(y\\)',
        '``',
        '```',
        '   ```',
        '    ```',
        '~~~',
        '+ a',
        '[^1]: x',
      ),
      { maxLength: 9 },
    ),
    end: fc.constantFrom(
      '',
      '\n',
      '\n{fence}',
      '\n  {fence}  \n\n',
      '\n{fence}\n\n\nA text.',
      '\n    {fence}',
    ),
  })
  .map(
    ({ fence, info, lines, end }) => `${fence}${info}\n${lines.join('\n')}${end.replace('{fence}', fence)}`,
  )

test('code in a fence is what a parser makes of it, also while it grows', () => {
  let short = 0
  fc.assert(
    fc.property(fenced, fc.boolean(), (text, isCut) => {
      const shown = isCut ? text.slice(0, -1) : text
      if (readFencedCode(shown)) short++
      expect(render(shown)).toBe(unpieced(shown))
    }),
    { numRuns: Number(process.env.STREAMING_RUNS ?? 100) },
  )
  expect(short).toBeGreaterThan(20)
  expect(readFencedCode('```mermaid\ngraph TD\n```')).toBeUndefined()
})

test('a long text is formatted in steps that end with a block, or a line, or at least a character', () => {
  expect(endOfPiece('one\n\ntwo\nthree\n\nfour', 0, 4)).toBe(5)
  expect(endOfPiece('one two\nthree four', 0, 6)).toBe(8)
  expect(endOfPiece('一二😀三', 0, 3)).toBe(4)
  expect(endOfPiece('short', 0, 6)).toBe(5)
  // Formulas take long, and cells.
  expect(endOfPiece('$x$ and\nso on', 0, 100)).toBe(8)
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
          expect(next - reached).toBeLessThanOrEqual(Math.max(8_000, 2 * chars + 2))
          ;[reached, steps] = [next, steps + 1]
        }
        expect(steps).toBeLessThanOrEqual(1 + text.length / chars)
        expect(nextReached(`${text}${'x'.repeat(4_000)}`, text.length, chars)).toBe(text.length + 4_000)
      },
    ),
  )
})

test('of growing code the pieces at its beginning are the same again, so that they are not rendered anew', async () => {
  await loadLanguage('typescript')
  const code = Array.from({ length: 300 }, (_, line) => `const a${line} = "${line}" // why`).join('\n')
  const whole = groupsOf(highlight('typescript', code))
  expect(whole.length).toBeGreaterThan(5)
  expect(whole.at(-1)?.end).toBe(code.length)
  const beginning = groupsOf(highlight('typescript', code.slice(0, 5_000))).slice(0, -1)
  expect(beginning.length).toBeGreaterThan(2)
  for (const [index, { pieces, end }] of beginning.entries()) {
    expect(end).toBe(whole[index]?.end)
    expect(isSame(pieces, whole[index]?.pieces ?? [])).toBe(true)
  }
  expect(isSame(highlight('typescript', 'let a'), highlight('typescript', 'let b'))).toBe(false)
  expect(isSame([{ kind: 'a', pieces: ['x'] }], [{ kind: 'b', pieces: ['x'] }])).toBe(false)
  expect(isSame(['x'], [])).toBe(false)
})
