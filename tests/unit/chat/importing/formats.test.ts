import { expect, it } from 'vitest'
import { ImportRefusal } from '#lib/chat/importing/imported-conversation.ts'
import { plantTree } from '#lib/chat/importing/plant-tree.ts'
import { readConversation } from '#lib/chat/importing/read-conversation.ts'
import { chatGptConversation, nextChatBackup, openWebUiExport } from '#tests/support/foreign-exports.ts'

const NOW = 1_800_000_000_000
const plant = (value: unknown) => plantTree(readConversation(value), NOW)
const outline = (value: unknown) =>
  plant(value).messages.map(({ id, parentId, role, model, status }) => [id, parentId, role, model, status])

it('makes one answer of all that ChatGPT keeps between two questions, and keeps the branches', () => {
  expect(outline(chatGptConversation())).toEqual([
    ['q1', null, 'user', null, 'complete'],
    ['a1', 'q1', 'assistant', 'gpt-5-4', 'complete'],
    ['q2', 'a1', 'user', null, 'complete'],
    ['q2#unanswered', 'q2', 'assistant', null, 'interrupted'],
    ['b1', 'q1', 'assistant', 'gpt-4o', 'complete'],
  ])
  const planted = plant(chatGptConversation())
  expect(planted).toMatchObject({
    title: 'Silver & glass',
    activeId: 'q2#unanswered',
    createdAt: 1_731_000_000_250,
    archivedAt: 1_731_000_900_000,
  })
  expect(planted.messages[1]?.parts).toEqual([
    { type: 'reasoning', text: 'Looking\nI look it up.' },
    { type: 'tool-call', id: 'call-1', name: 'web_search', input: { q: 'tain' } },
    { type: 'tool-result', callId: 'call-1', output: 'found' },
    { type: 'text', text: 'The foil behind a mirror ([wiki](https://example.org/tain)).' },
    { type: 'source', id: 's0', url: 'https://example.org/tain', title: 'Tain' },
  ])
  expect(planted.messages[2]?.parts).toEqual([{ type: 'text', text: '[image]\n这张图呢？' }])
  expect(JSON.stringify(planted)).not.toContain('secret')
})

it('reads a session of NextChat: its branch, its times, and no instructions', () => {
  const [session] = nextChatBackup()['chat-next-web-store'].sessions
  const planted = plant(session)
  expect(planted).toMatchObject({ title: '镜子背面是什么？', titleSource: 'question' })
  expect(planted.messages.map(({ parts }) => parts.map((part) => 'text' in part && part.text))).toEqual([
    ['镜子背面是什么？'],
    ['锡汞齐。'],
    ['And this?', '[image]'],
    [],
  ])
  const [asked, answered] = planted.messages
  expect(answered?.createdAt).toBe(asked?.createdAt)
})

it('reads a chat of Open WebUI: its tree, its thoughts, and links to the web only', () => {
  const planted = plant(openWebUiExport()[0])
  expect(planted).toMatchObject({ title: 'Numbers', activeId: 'a', pinnedAt: 1_731_000_100_000 })
  expect(planted.messages.map(({ parts }) => parts)).toEqual([
    [{ type: 'text', text: 'Compare' }],
    [
      { type: 'reasoning', text: '1 < 2' },
      { type: 'text', text: 'One is less.' },
    ],
    [
      { type: 'text', text: 'Two is more.' },
      { type: 'source', id: 's0', url: 'https://example.org/n', title: 'Numbers' },
    ],
  ])
})

const cyclic = () => {
  const value = chatGptConversation()
  const { root, b1 } = value.mapping
  if (root && b1) {
    root.parent = 'b1'
    b1.children = ['root']
  }
  return value
}

it('cuts a circle and keeps what is in it', () => {
  expect(outline(cyclic()).map(([id]) => id)).toEqual(outline(chatGptConversation()).map(([id]) => id))
  const circle = own([
    { id: 'a', parentId: 'b' },
    { id: 'b', parentId: 'c', role: 'assistant' },
    { id: 'c', parentId: 'a' },
  ])
  const planted = plant(circle).messages
  expect(planted.map(({ id }) => id)).toEqual(expect.arrayContaining(['a', 'b', 'c']))
  expect(planted.filter(({ parentId }) => parentId === null)).toHaveLength(1)
})

it('loses of an odd node that node only: deleted, without content, of another type, or known by its parent alone', () => {
  const value = chatGptConversation()
  const { q1, c1, sys } = value.mapping
  if (!q1 || !c1 || !sys) throw new Error('the conversation has changed')
  q1.children.push('deleted-long-ago')
  c1.message = { author: { role: 'assistant' }, content: null }
  sys.children = []
  Object.assign(value, { title: 7, create_time: 'yesterday' })
  Object.assign(value.mapping, { odd: 'a text', orphan: { ...q1, parent: 'nowhere', children: [] } })
  const ids = plant(value).messages.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['q1', 'a1', 'q2', 'b1', 'orphan']))
  expect(plant(value).messages.find(({ id }) => id === 'a1')?.parts).toContainEqual({
    type: 'text',
    text: 'The foil behind a mirror ([wiki](https://example.org/tain)).',
  })
  const chat = openWebUiExport()[0]
  Object.assign(chat?.chat.history.messages ?? {}, { odd: 7, empty: {} })
  expect(plant(chat).messages).toHaveLength(3)
  const [session] = nextChatBackup()['chat-next-web-store'].sessions
  Object.assign(session?.messages[1] ?? {}, { date: 5, isError: 'no' })
  expect(plant(session).messages).toHaveLength(4)
})

it('reads an answer of very many steps in time, and no branches without end', { timeout: 20_000 }, () => {
  const chain = (count: number, more: (index: number) => string[]) => ({
    mapping: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `n${index}`,
        {
          children: [`n${index + 1}`, ...more(index)],
          message: {
            author: { role: index === 0 ? 'user' : 'tool' },
            content: { content_type: 'text', parts: ['x'] },
          },
        },
      ]),
    ),
  })
  const long = plant(chain(30_000, () => [])).messages
  expect(long.map(({ parts }) => parts.length)).toEqual([1, 29_999])
  const branches = chain(2_000, (index) => [`b${index}`])
  const leaf = { message: { author: { role: 'tool' }, content: { content_type: 'text', parts: ['y'] } } }
  const mapping = {
    ...branches.mapping,
    ...Object.fromEntries(branches.mapping ? Array.from({ length: 2_000 }, (_, i) => [`b${i}`, leaf]) : []),
  }
  expect(() => plant({ mapping })).toThrow(new ImportRefusal('too_large'))
})

const own = (messages: object[]) => ({
  id: 'x',
  title: 't',
  titleSource: 'person',
  activeLeafId: null,
  createdAt: 1,
  updatedAt: 1,
  pinnedAt: null,
  archivedAt: null,
  messages: messages.map((message) => ({
    role: 'user',
    parts: [{ type: 'text', text: 'x' }],
    status: 'complete',
    error: null,
    model: null,
    createdAt: 1,
    ...message,
  })),
})

it.each([
  ['a number', 7, 'unknown_shape'],
  ['nothing known', { hello: 'world' }, 'unknown_shape'],
  ['a tree of nothing', { mapping: { a: 'b' } }, 'empty'],
  [
    'an id twice',
    own([
      { id: 'a', parentId: null },
      { id: 'a', parentId: null },
    ]),
    'broken',
  ],
  ['no messages', own([]), 'empty'],
  ['an empty session', nextChatBackup()['chat-next-web-store'].sessions[1], 'empty'],
])('skips %s and says why', (_, value, reason) => {
  let refusal: unknown
  try {
    plant(value)
  } catch (error) {
    refusal = error
  }
  expect(refusal).toBeInstanceOf(ImportRefusal)
  expect(refusal).toMatchObject({ reason })
})
