import { expect, test } from 'vitest'
import { Several } from '#components/chat/models/several.tsx'
import { renderInChat } from '#tests/support/in-chat.tsx'

/** The button's words, and whether it can be pressed, with so many models chosen. */
function button(count: number, locale: 'en' | 'zh-CN'): [words: string | undefined, isOpen: boolean] {
  const chosen = Array.from({ length: count }, (_, at) => `m${at}`)
  const html = renderInChat(<Several chosen={chosen} onBegin={() => {}} onDone={() => {}} />, { locale })
  const [, attributes = '', words] = /^<div[^>]*><button([^>]*)>([^<]*)<\/button><\/div>$/.exec(html) ?? []
  return [words, !attributes.includes('disabled=""')]
}

test.each([
  [0, 'Choose two or three models', '请选两个或三个模型', false],
  [1, 'Choose one or two more', '请再选一个或两个', false],
  [2, 'Ask these 2', '问这 2 个', true],
  [3, 'Ask these 3', '问这 3 个', true],
] as const)('with %i models chosen the button says: %s', (count, en, zh, isOpen) => {
  expect(button(count, 'en')).toEqual([en, isOpen])
  expect(button(count, 'zh-CN')).toEqual([zh, isOpen])
})
