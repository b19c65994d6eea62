import { expect, test } from 'vitest'
import { MessageList } from '#components/chat/message-list.tsx'
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
