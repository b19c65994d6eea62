import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSseParser, type SseMessage } from '#components/chat/state/sse-parser.ts'

function parse(...chunks: Uint8Array[]): SseMessage[] {
  const messages: SseMessage[] = []
  const push = createSseParser((message) => messages.push(message))
  for (const chunk of chunks) push(chunk)
  return messages
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** Cuts bytes at the given places, inside characters and line ends as it comes. */
function cut(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (whole.length + 1)), whole.length].sort((a, b) => a - b)
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end))
}

test('messages carry their id and data; comments and other fields are passed over', () => {
  const stream = ': keep-alive\n\nid: 1\ndata: {"a":1}\n\nevent: x\nretry: 5\ndata:two\ndata: lines\n\n'
  expect(parse(bytes(stream))).toEqual([
    { id: '1', data: '{"a":1}' },
    { id: '1', data: 'two\nlines' },
  ])
})

test('a message that is not finished is not a message', () => {
  expect(parse(bytes('data: whole\n\ndata: half\n'))).toEqual([{ id: '', data: 'whole' }])
})

test('however a stream is cut and its lines end, the same messages arrive', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ':', '"', '中', '😀', '\u2028', 'é') })
  const places = fc.array(fc.nat(), { maxLength: 40 })
  const lineEnd = fc.constantFrom('\n', '\r\n')
  fc.assert(
    fc.property(fc.array(text), places, lineEnd, (texts, cuts, end) => {
      const stream = texts
        .map((data, id) => [': beat', '', `id: ${id}`, `data: ${data}`, '', ''].join(end))
        .join('')
      expect(parse(...cut(bytes(stream), cuts))).toEqual(texts.map((data, id) => ({ id: `${id}`, data })))
    }),
  )
})

test('a carriage return alone ends a line once the next byte shows that it was alone', () => {
  expect(parse(bytes('data: a\r\rdata: b\r'), bytes('\rx'))).toEqual([
    { id: '', data: 'a' },
    { id: '', data: 'b' },
  ])
})
