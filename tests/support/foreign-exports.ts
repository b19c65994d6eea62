/** Conversations as other programs export them, in the shapes that their files have. */

interface ChatGptNode {
  id: string
  parent: string | null
  children: string[]
  message: unknown
}

const node = (id: string, parent: string | null, children: string[], message: unknown): ChatGptNode => ({
  id,
  parent,
  children,
  message,
})

const said = (role: string, content: object, over: object = {}) => ({
  author: { role, name: null, metadata: {} },
  create_time: 1_731_000_000.25,
  update_time: null,
  status: 'finished_successfully',
  recipient: 'all',
  weight: 1,
  metadata: {},
  content,
  ...over,
})
const text = (...parts: unknown[]) => ({ content_type: 'text', parts })

/** With instructions, thoughts, a search, its citation, and a second answer to the first question. */
export function chatGptConversation(id = '6724f0a1-0000-8000-a000-000000000001') {
  const nodes = [
    node('root', null, ['sys'], null),
    node('sys', 'root', ['ctx'], said('system', text(''))),
    node(
      'ctx',
      'sys',
      ['q1'],
      said('user', { content_type: 'user_editable_context', user_profile: 'secret' }),
    ),
    node('q1', 'ctx', ['t1', 'b1'], said('user', text('What is tain?'))),
    node(
      't1',
      'q1',
      ['c1'],
      said('assistant', {
        content_type: 'thoughts',
        thoughts: [{ summary: 'Looking', content: 'I look it up.', finished: true }],
      }),
    ),
    node(
      'c1',
      't1',
      ['r1'],
      said(
        'assistant',
        { content_type: 'code', language: 'unknown', text: '{"q":"tain"}' },
        { recipient: 'web' },
      ),
    ),
    node('r1', 'c1', ['a1'], said('tool', { content_type: 'execution_output', text: 'found' })),
    node(
      'a1',
      'r1',
      ['q2'],
      said('assistant', text('The foil behind a mirror\ue200cite\ue202turn0search0\ue201.'), {
        metadata: {
          model_slug: 'gpt-5-4',
          content_references: [
            {
              matched_text: '\ue200cite\ue202turn0search0\ue201',
              alt: ' ([wiki](https://example.org/tain))',
              items: [{ url: 'https://example.org/tain', title: 'Tain' }],
            },
          ],
        },
      }),
    ),
    node(
      'b1',
      'q1',
      [],
      said('assistant', text('A town in Scotland.'), { metadata: { model_slug: 'gpt-4o' } }),
    ),
    node(
      'q2',
      'a1',
      [],
      said('user', {
        content_type: 'multimodal_text',
        parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'sediment://file_1' }, '这张图呢？'],
      }),
    ),
  ]
  return {
    title: 'Silver & glass',
    create_time: 1_731_000_000.25,
    update_time: 1_731_000_900,
    mapping: Object.fromEntries(nodes.map((entry) => [entry.id, entry])),
    current_node: 'q2',
    conversation_id: id,
    id,
    is_archived: true,
  }
}

export function nextChatBackup() {
  return {
    'access-control': { accessCode: 'never-to-be-read' },
    'chat-next-web-store': {
      sessions: [
        {
          id: 'V1StGXR8_Z5jdHi6B-myT',
          topic: '新的聊天',
          lastUpdate: 1_731_000_500_000,
          mask: { context: [] },
          messages: [
            { id: 'm1', role: 'system', content: 'be brief', date: '11/7/2024, 5:20:00 PM' },
            { id: 'm2', role: 'user', content: '镜子背面是什么？', date: '11/7/2024, 5:20:00 PM' },
            { id: 'm3', role: 'assistant', content: '锡汞齐。', date: 'not a date', model: 'gpt-4o-mini' },
            {
              id: 'm4',
              role: 'user',
              content: [
                { type: 'text', text: 'And this?' },
                { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
              ],
            },
          ],
        },
        { id: 'empty', topic: 'Nothing', lastUpdate: 1, messages: [] },
      ],
    },
  }
}

export function openWebUiExport() {
  const message = (id: string, parentId: string | null, role: string, content: string, over = {}) => ({
    id,
    parentId,
    childrenIds: [],
    role,
    content,
    timestamp: 1_731_000_000,
    ...over,
  })
  const thought =
    '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds</summary>\n&gt; 1 &lt; 2\n</details>\n'
  const messages = {
    q: message('q', null, 'user', 'Compare'),
    a: message('a', 'q', 'assistant', `${thought}One is less.`, { model: 'llama3' }),
    b: message('b', 'q', 'assistant', 'Two is more.', {
      model: 'qwen',
      sources: [
        { source: { name: 'Numbers', url: 'https://example.org/n' } },
        { source: { url: 'javascript:1' } },
      ],
    }),
  }
  return [
    {
      id: 'open-1',
      user_id: 'u',
      title: 'Numbers',
      created_at: 1_731_000_000,
      updated_at: 1_731_000_100,
      archived: false,
      pinned: true,
      chat: { title: 'Numbers', models: ['llama3'], history: { messages, currentId: 'a' } },
    },
  ]
}
