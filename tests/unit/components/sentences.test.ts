import fc from 'fast-check'
import { expect, it } from 'vitest'
import { finishedLength, sentencesOf } from '#components/chat/aloud/sentences.ts'

const read = (text: string) => sentencesOf(text, 'en').map((sentence) => `${sentence.lang}: ${sentence.text}`)

it('reads sentence by sentence, each in the language it is written in', () => {
  expect(read('Silver is thin. 镜子背面是银。那么，why does it shine? はい。\n1. Yes\n---\n')).toEqual([
    'en: Silver is thin.',
    'zh: 镜子背面是银。',
    'zh: 那么，why does it shine?',
    'ja: はい。',
    'en: 1.',
    'en: Yes',
  ])
})

it('cuts long sentences where one would breathe', () => {
  const clause = '这是一个很长的句子里的一段话'
  const pieces = sentencesOf(`${`${clause}，`.repeat(40)}完。`, 'zh-CN')
  expect(pieces.length).toBeGreaterThan(2)
  for (const { text } of pieces.slice(0, -1)) expect(text.endsWith('，')).toBe(true)
})

it('says every letter once, in order, in pieces that can be spoken', () => {
  const words = fc.array(fc.constantFrom('a', '字', ' ', '。', '. ', '\n', ', ', '！', 'word', '3.5'), {
    maxLength: 600,
  })
  fc.assert(
    fc.property(words, (list) => {
      const text = list.join('')
      const sentences = sentencesOf(text, 'zh-CN')
      let at = 0
      for (const { from, to, text: spoken } of sentences) {
        expect(text.slice(from, to)).toBe(spoken)
        expect(text.slice(at, from)).not.toMatch(/[\p{L}\p{N}]/u)
        expect(spoken.length).toBeLessThanOrEqual(200)
        at = to
      }
      expect(text.slice(at)).not.toMatch(/[\p{L}\p{N}]/u)
    }),
    { numRuns: 60 },
  )
})

it.each([
  ['One. Tw', 'One.'],
  ['One. Two.', 'One.'],
  ['One at 3.5 ti', ''],
  ['镜子。银', '镜子。'],
  ['“真的？”他问', '“真的？”'],
  ['Title\nand mo', 'Title\n'],
  ['', ''],
])('of %j, %j is finished', (text, finished) => {
  expect(text.slice(0, finishedLength(text))).toBe(finished)
})
