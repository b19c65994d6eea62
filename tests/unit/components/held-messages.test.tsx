import { expect, test } from 'vitest'
import { MessageList } from '#components/chat/messages/message-list.tsx'
import { heldAfterSwitch } from '#components/chat/messages/use-held.ts'
import { noActions, renderInChat } from '#tests/support/in-chat.tsx'
import { sampleMessage } from '#tests/support/samples.ts'

/** What the server makes of a conversation of so many messages: each as its text, or as `held`. */
function shown(count: number): string[] {
  const messages = Array.from({ length: count }, (_, index) =>
    sampleMessage({
      id: `m${index}`,
      parentId: index === 0 ? null : `m${index - 1}`,
      role: index % 2 === 0 ? 'user' : 'assistant',
      parts: [{ type: 'text', text: `Text ${index}.` }],
      createdAt: index,
    }),
  )
  const view = { phase: 'ready' as const, messages, leafId: messages.at(-1)?.id ?? null, queue: [] }
  const html = renderInChat(<MessageList view={view} actions={noActions} />)
  return html
    .split('<article')
    .slice(1)
    .map((article) => {
      expect(article).toMatch(/data-message-id="m\d+"/)
      return /Text \d+\./.exec(article)?.[0] ?? (article.includes('data-held') ? 'held' : 'lost')
    })
}

test('a short conversation is whole at once', () => {
  expect(shown(16)).toEqual(Array.from({ length: 16 }, (_, index) => `Text ${index}.`))
})

test('of a long conversation the server renders the end, and a place for every message before it', () => {
  const all = shown(500)
  expect(all).toHaveLength(500)
  const firstWhole = all.indexOf('Text 488.')
  expect(all.slice(0, firstWhole)).toEqual(Array.from({ length: firstWhole }, () => 'held'))
  expect(all.slice(firstWhole)).toEqual(
    Array.from({ length: 500 - firstWhole }, (_, index) => `Text ${firstWhole + index}.`),
  )
})

const ids = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ id: `${prefix}${from + index}` }))

test('a branch of many messages that is switched to is whole at its beginning, and held behind it', () => {
  const before = ids('a', 0, 500)
  const held = heldAfterSwitch(new Set(), before, [...before.slice(0, 100), ...ids('b', 100, 500)])
  expect([...held]).toEqual(Array.from({ length: 63 - 14 }, (_, index) => 14 + index))
  // What is still to come of an opening conversation goes on waiting.
  expect(heldAfterSwitch(new Set([1, 2]), before, [...before.slice(0, 480), ...ids('b', 480, 500)])).toEqual(
    new Set([1, 2, 62]),
  )
})

test('questions and answers that come are never held', () => {
  const before = ids('a', 0, 500)
  const held = new Set([3])
  expect(heldAfterSwitch(held, before, [...before])).toBe(held)
  expect(heldAfterSwitch(held, before, [...before, ...ids('a', 500, 502)])).toBe(held)
  expect(heldAfterSwitch(held, before, before.slice(0, 40))).toBe(held)
  expect(heldAfterSwitch(held, before, [...before.slice(0, 40), ...ids('b', 40, 42)])).toBe(held)
})
