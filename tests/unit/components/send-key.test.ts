import { expect, test } from 'vitest'
import { sends } from '#components/chat/typing/send-key.ts'

const press = (more: object) => ({ key: 'Enter', ctrlKey: false, metaKey: false, shiftKey: false, ...more })

test.each([
  ['Enter', {}, true, false],
  ['Shift Enter', { shiftKey: true }, false, false],
  ['Ctrl Enter', { ctrlKey: true }, true, true],
  ['⌘ Enter', { metaKey: true }, true, true],
  ['Ctrl with another key', { ctrlKey: true, key: 'a' }, false, false],
])('%s', (_, more, withEnter, withModifier) => {
  expect(sends(press(more), 'enter')).toBe(withEnter)
  expect(sends(press(more), 'modifier')).toBe(withModifier)
})
