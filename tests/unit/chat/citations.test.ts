import { describe, expect, it } from 'vitest'
import { markCitations, sourcesOf } from '#lib/chat/citations.ts'
import type { Part, TextPart } from '#lib/chat/parts.ts'

/** A text that cites wherever `cited` stands in it. */
function citing(text: string, ...cited: [words: string, url: string][]): TextPart {
  let from = 0
  const citations = cited.map(([words, url]) => {
    const start = text.indexOf(words, from)
    from = start + words.length
    return { at: from, start, end: from, url, title: null }
  })
  return { type: 'text', text, citations }
}

const marked = (part: TextPart) => markCitations(part, sourcesOf([part]), (number) => `{${number}}`)

describe('the marks of citations', () => {
  it.each([
    [
      'in place of a link in brackets, without the blank before it',
      citing('Silver ([a.test](https://a.test/)), not tin.', [
        '([a.test](https://a.test/))',
        'https://a.test/',
      ]),
      'Silver{1}, not tin.',
    ],
    [
      'in place of links that share brackets',
      citing(
        '银（[a](https://a.test/)；[b](https://b.test/)）。',
        ['[a](https://a.test/)', 'https://a.test/'],
        ['[b](https://b.test/)', 'https://b.test/'],
      ),
      '银{1}{2}。',
    ],
    [
      'behind words that cite, and once where a page is cited twice in a row',
      citing(
        'Silver shines.',
        ['Silver', 'https://a.test/'],
        ['shines', 'https://a.test/'],
        ['', 'https://a.test/'],
      ),
      'Silver{1} shines{1}.',
    ],
    [
      'by the number of the page',
      citing('A b c', ['A', 'https://a.test/'], ['b', 'https://b.test/'], ['c', 'https://a.test/']),
      'A{1} b{2} c{1}',
    ],
    [
      'not for addresses that are no pages, and not in code',
      citing(
        'A\n```\ncode\n```\nb',
        ['A', 'javascript:go()'],
        ['code', 'https://a.test/'],
        ['b', 'https://a.test/'],
      ),
      'A\n```\ncode\n```\nb{1}',
    ],
  ])('stand %s', (_, part, text) => expect(marked(part)).toBe(text))

  it('wait for what has not arrived', () => {
    const whole = citing('Silver, then glass.', ['Silver', 'https://a.test/'], ['glass', 'https://b.test/'])
    expect(marked({ ...whole, text: 'Silver, th' })).toBe('Silver{1}, th')
  })

  it('leave a text without citations, or with marks of its own, as it is', () => {
    const text = '[1](https://a.test/) \ue000'
    expect(marked({ type: 'text', text: 'as it is' })).toBe('as it is')
    expect(marked({ ...citing(text, ['1', 'https://a.test/']) })).toBe(text)
  })
})

it('numbers pages by their first citation, each once, before those told of beside', () => {
  const beside = { type: 'source', id: 's', url: 'https://c.test/', title: 'C' } as const
  const parts: Part[] = [
    beside,
    citing('b a', ['b', 'https://www.b.test/'], ['a', 'https://a.test']),
    { ...beside, url: 'https://a.test/' },
  ]
  expect(sourcesOf(parts)).toEqual([
    { url: 'https://www.b.test/', title: 'b.test', host: 'b.test' },
    { url: 'https://a.test/', title: 'a.test', host: 'a.test' },
    { url: 'https://c.test/', title: 'C', host: 'c.test' },
  ])
})
