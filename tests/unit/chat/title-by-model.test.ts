import { describe, expect, it } from 'vitest'
import { readTitle } from '#lib/chat/title-by-model.ts'

describe('what a model writes as a title', () => {
  it.each([
    ['Blue skies on Mars', 'Blue skies on Mars'],
    ['  "Blue skies on Mars."\n\nHope this helps!', 'Blue skies on Mars'],
    ['# **火星的蓝天**', '火星的蓝天'],
    ['标题：《火星的蓝天》。', '火星的蓝天'],
    ['Title: Mars\u0000 and\tits sky', 'Mars and its sky'],
    ['C++ or C?', 'C++ or C?'],
  ])('%j is read as %j', (written, title) => {
    expect(readTitle(written)).toBe(title)
  })

  it.each([
    '',
    ' \n ',
    '""',
    'The sky on Mars is blue near the sun because '.repeat(3),
    `e${'\u0301'.repeat(5_000)}`,
  ])('%j is none', (written) => {
    expect(readTitle(written)).toBeNull()
  })
})
