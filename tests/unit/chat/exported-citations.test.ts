import { expect, test } from 'vitest'
import type { ConversationDetail } from '#lib/chat/contract.ts'
import { type MarkdownWords, toMarkdown } from '#lib/chat/exporting/export-markdown.ts'
import { exportConversation } from '#lib/chat/exporting/exported-conversation.ts'
import { fromTain } from '#lib/chat/importing/from-tain.ts'
import type { Part } from '#lib/chat/parts.ts'
import { sampleConversation, sampleMessage } from '#tests/support/samples.ts'

const parts: Part[] = [
  { type: 'reasoning', text: '', ms: 4_000 },
  {
    type: 'text',
    text: 'Silver ([a.test](https://a.test/x)).',
    citations: [
      { at: 35, start: 7, end: 35, url: 'https://a.test/x', title: 'A [b]' },
      { at: 36, start: 0, end: 6, url: 'javascript:go()', title: null },
    ],
  },
]
const message = sampleMessage({ id: '0b5e1d7a-0000-4000-8000-000000000000', parts, model: 'm' })
const conversation: ConversationDetail = {
  ...sampleConversation({ title: 'Mirrors', activeLeafId: message.id, settings: { tools: ['web_search'] } }),
  messages: [message],
  queue: [],
}
const producer = { name: 'Tain' }

test('citations are footnotes in Markdown, whose names are those of their message', () => {
  const words = new Proxy({}, { get: (_, name) => String(name) }) as MarkdownWords // each word says its name
  const markdown = toMarkdown(conversation, { branches: 'shown', producer, words })
  expect(markdown).toContain('Silver[^0b5e1d7a-1].')
  expect(markdown).toContain('[^0b5e1d7a-1]: [A \\[b\\]](<https://a.test/x>)')
  expect(markdown).not.toMatch(/javascript|details/)
})

test('citations, tools and the time of thinking come back from an export, addresses that are no pages do not', () => {
  const { settings, messages } = fromTain(exportConversation(conversation, null, producer))
  expect(settings).toEqual(conversation.settings)
  expect(messages[0]?.parts).toEqual([
    parts[0],
    { ...parts[1], citations: [{ at: 35, start: 7, end: 35, url: 'https://a.test/x', title: 'A [b]' }] },
  ])
})
