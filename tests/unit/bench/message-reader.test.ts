import { describe, expect, test } from 'vitest'
import { MessageReader, statusOf } from '../../../scripts/bench/gateway/message-reader.ts'

interface Read {
  status: number
  bodyBytes: number
  closes: boolean
  content: string
}

/** Reads `text` in pieces of `size` bytes. */
function readAll(text: string, size = text.length): { messages: Read[]; isBetween: boolean } {
  const messages: Read[] = []
  let content = ''
  const reader = new MessageReader(
    ({ head, bodyBytes, closes }) => {
      messages.push({ status: statusOf(head), bodyBytes, closes, content })
      content = ''
    },
    (piece) => {
      content += piece.toString('latin1')
    },
  )
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
  return { messages, isBetween: reader.isBetween }
}

const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello\r\n\r\n!!'
const chunked =
  'HTTP/1.1 201 Made\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab\r\nc\r\nA;x=y\r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\n'
const empty = 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n'

describe('message reader', () => {
  test('finds the same messages however the bytes are cut', () => {
    const expected = [
      { status: 200, bodyBytes: 11, closes: false, content: 'hello\r\n\r\n!!' },
      { status: 201, bodyBytes: 15, closes: false, content: 'ab\r\nc0123456789' },
      { status: 200, bodyBytes: 11, closes: false, content: 'hello\r\n\r\n!!' },
      { status: 204, bodyBytes: 0, closes: true, content: '' },
    ]
    const text = sized + chunked + sized + empty
    for (let size = 1; size <= text.length; size++) {
      expect(readAll(text, size), `in pieces of ${size}`).toEqual({ messages: expected, isBetween: true })
    }
  })

  test('a message that is cut short is none', () => {
    expect(readAll(sized.slice(0, -1))).toEqual({ messages: [], isBetween: false })
    expect(readAll(chunked.slice(0, -2))).toEqual({ messages: [], isBetween: false })
  })

  test('a length that differs from one answer to the next is noticed', () => {
    const shorter = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
    expect(readAll(sized + shorter).messages.map(({ bodyBytes }) => bodyBytes)).toEqual([11, 5])
  })

  test('what is not HTTP is an error', () => {
    expect(() => readAll('hello\r\n\r\n')).toThrow('no head of HTTP')
    expect(() => readAll('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')).toThrow(
      'no size of a chunk',
    )
  })
})
