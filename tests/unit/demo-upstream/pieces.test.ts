import fc from 'fast-check'
import { expect, test } from 'vitest'
import { piecesOf } from '#server/demo-upstream/pieces.ts'

test('pieces are about as long as tokens', () => {
  expect(piecesOf('Hello, wide world!')).toEqual(['Hello', ',', ' wide', ' world', '!'])
  expect(piecesOf('你好，世界和平')).toEqual(['你好', '，', '世界', '和平'])
  expect(piecesOf('')).toEqual([])
})

test('pieces joined are the text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      expect(piecesOf(text).join('')).toBe(text)
    }),
  )
})

test('no piece splits a surrogate pair', () => {
  expect(piecesOf('🙂🙂')).toEqual(['🙂', '🙂'])
})
