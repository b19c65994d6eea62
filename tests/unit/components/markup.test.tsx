import { expect, test } from 'vitest'
import { isLong, isTooMuch, markupOf } from '#components/chat/markdown/markup.ts'
import { AnswerText } from '#components/chat/messages/answer-text.tsx'
import { renderInChat } from '#tests/support/in-chat.tsx'

test('marks are counted outside of fenced code', () => {
  expect(markupOf('a **b** `c`\n\nd')).toEqual({ marks: 8, depth: 0 })
  expect(markupOf('````\n*a*\n```\n*b*\n````\n*c*').marks).toBe(4 + 1 + 1 + 2)
})

test('depth is that of lists and quotations, by markers and by indentation', () => {
  expect(markupOf('> > - x').depth).toBe(3)
  expect(markupOf('      - x').depth).toBe(4)
  expect(markupOf('                                        return x').depth).toBe(0)
  expect(markupOf('--- x').depth).toBe(0)
})

/** Each hung the page, or the server, for seconds when it was formatted. */
const bombs: Record<string, string> = {
  'a table of 10,000 rows': `| a | b | c |\n| - | - | - |\n${'| 1 | x | y |\n'.repeat(10_000)}`,
  'lists within lists': Array.from({ length: 300 }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n'),
  'quotations within quotations': `${'>'.repeat(2_000)} x`,
  'quoted items within each other': `${'> - '.repeat(100)}x`,
  'runs of backticks': Array.from({ length: 300 }, (_, length) => `${'`'.repeat(length + 1)}a`).join(' '),
  'half-open emphasis': '**a'.repeat(10_000),
  'half-struck text': '~a~~b'.repeat(5_000),
  'half-open links': '[a]('.repeat(20_000),
  entities: '&amp;'.repeat(20_000),
  'half-open tags': '<a '.repeat(20_000),
  'openings of formulas': '\\(a '.repeat(20_000),
  'a text without an end': 'a'.repeat(500_000),
}

test.each(Object.entries(bombs))('%s stay as they were written', (_, text) => {
  expect(isTooMuch(text)).toBe(true)
  const html = renderInChat(<AnswerText text={text} running={false} />)
  expect(html).toContain('whitespace-pre-wrap')
})

test('what people ask for is formatted: a long document, much code, a table of 500 rows', () => {
  const section = '## Part\n\nSome **bold** words, `code`, and [a link](https://x.test).\n\n- one\n- two\n\n'
  expect(isTooMuch(section.repeat(400))).toBe(false)
  expect(isTooMuch(`\`\`\`js\n${'const a = [b, *c*, `d`]\n'.repeat(5_000)}\`\`\``)).toBe(false)
  expect(isTooMuch('| a | b | c |\n'.repeat(500))).toBe(false)
})

test('the server leaves what is long to the browser', () => {
  const long = '- **a** `b`\n'.repeat(500)
  expect(isLong(long)).toBe(true)
  expect(isLong('- **a** `b`\n'.repeat(100))).toBe(false)
  expect(isLong(`\`\`\`js\n${'a[0] * b\n'.repeat(5_000)}\`\`\``)).toBe(false)
})
