import { expect, test } from 'vitest'
import { Comparison } from '#components/chat/comparison/comparison.tsx'
import { Several } from '#components/chat/models/several.tsx'
import { noActions, renderInChat } from '#tests/support/in-chat.tsx'
import { sampleMessage } from '#tests/support/samples.ts'

/** The button's words, and whether it can be pressed, with so many models chosen of those offered. */
function button(
  count: number,
  locale: 'en' | 'zh-CN',
  offered = 5,
): [words: string | undefined, isOpen: boolean] {
  const chosen = Array.from({ length: count }, (_, at) => `m${at}`)
  const html = renderInChat(
    <Several chosen={chosen} offered={offered} onBegin={() => {}} onDone={() => {}} />,
    { locale },
  )
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

test('where there are but two models no third one is asked for', () => {
  expect(button(0, 'en', 2)).toEqual(['Choose both models', false])
  expect(button(1, 'en', 2)).toEqual(['Choose the other one too', false])
  expect(button(1, 'zh-CN', 2)).toEqual(['请把另一个也选上', false])
  expect(button(2, 'en', 2)).toEqual(['Ask these 2', true])
})

test('answers of one model that stand side by side are told apart by their numbers', () => {
  const answers = ['m', 'n', 'm'].map((model, at) => sampleMessage({ id: `a${at}`, model }))
  const html = renderInChat(
    <Comparison answers={answers} currentId={answers.at(-1)?.id ?? ''} isLast actions={noActions} />,
  )
  const tabs = [...html.matchAll(/aria-pressed="[^"]*"><span[^>]*>([^<]*)</g)].map(([, name]) => name)
  expect(tabs).toEqual(['m · 1', 'n', 'm · 3'])
})
