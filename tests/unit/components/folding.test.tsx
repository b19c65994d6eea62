import { expect, test } from 'vitest'
import { foldOf } from '#components/chat/folding/fold-of.ts'
import { MessageItem } from '#components/chat/messages/message-item.tsx'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { locales } from '#lib/i18n/locale.ts'
import { noActions, renderInChat } from '#tests/support/in-chat.tsx'
import { sampleMessage } from '#tests/support/samples.ts'

test.each([
  ['nothing', '', null],
  ['one line', 'Why?', null],
  ['twelve lines', 'line\n'.repeat(11), null],
  ['a pasted log', '12:00:01 GET /index.html 200\n'.repeat(200), 'everywhere'],
  ['a text without a break', 'word '.repeat(1_000), 'everywhere'],
  ['a word without an end', 'x'.repeat(100_000), 'everywhere'],
  ['a Chinese text', '锡是一种金属。'.repeat(80), 'everywhere'],
  ['a Chinese text for phones', '锡是一种金属。'.repeat(40), 'narrow'],
  ['a text that is only long on a phone', 'a fair question '.repeat(32), 'narrow'],
  ['pictures', '🪞'.repeat(600), 'everywhere'],
  ['empty lines', '\n'.repeat(50), 'everywhere'],
] as const)('%s: a question is folded where it is long', (_, text, fold) => {
  expect(foldOf(text)).toBe(fold)
})

test.each(locales)(
  'in %s a long question has a button that opens it, and all of its text is there',
  (locale) => {
    const log = Array.from({ length: 200 }, (_, index) => `line ${index}`).join('\n')
    const shown = (text: string) => {
      const message = sampleMessage({ role: 'user', parts: [{ type: 'text', text }] })
      const branch = { index: 0, count: 1, previousId: undefined, nextId: undefined }
      return renderInChat(<MessageItem message={message} branch={branch} actions={noActions} />, { locale })
    }
    expect(shown(log)).toContain(`data-folded="">${log}<`)
    expect(shown(log)).toMatch(
      new RegExp(`<button[^>]*aria-expanded="false"[^>]*>${dictionaryOf(locale).question.more}<`),
    )
    expect(shown('Why?')).not.toContain('data-fold')
  },
)
