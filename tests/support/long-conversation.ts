import { randomUUID } from 'node:crypto'

const WORDS =
  'silver light turns back at the thin metal behind glass so a mirror shows what stands before it 镜子 银 光 折返 玻璃'.split(
    ' ',
  )

const ANSWERS = [
  (at: number) => `${prose(at, 90)}\n\n${prose(at + 3, 60)}`,
  (at: number) =>
    `${prose(at, 40)}\n\n- ${prose(at, 12)}\n- **${prose(at + 1, 8)}**\n- \`code ${at}\`\n\n${prose(at, 50)}`,
  (at: number) =>
    `${prose(at, 20)}\n\n\`\`\`ts\nexport const value${at} = ${at}\nfor (const part of parts) read(part, value${at})\n\`\`\`\n`,
  (at: number) =>
    `## Part ${at}\n\n| Metal | Light |\n| --- | ---: |\n| silver | ${at} |\n| tin | ${at + 1} |\n\n${prose(at, 30)}`,
]

function prose(seed: number, words: number): string {
  const list = Array.from(
    { length: words },
    (_, index) => WORDS[(seed * 7 + index * (1 + (seed % 5))) % WORDS.length],
  )
  return `${list.join(' ')}.`
}

/** A document of `tain.export/1` with one conversation of so many messages, as people have them: prose, lists, code, tables. */
export function longConversation(title: string, messageCount: number) {
  const created = 1_700_000_000_000
  const ids = Array.from({ length: messageCount }, () => randomUUID())
  const messages = ids.map((id, index) => {
    const isQuestion = index % 2 === 0
    const text = isQuestion
      ? `Question ${index / 2 + 1}: ${prose(index, 9)}`
      : (ANSWERS[((index - 1) / 2) % ANSWERS.length]?.(index) ?? '')
    return {
      id,
      parentId: ids[index - 1] ?? null,
      role: isQuestion ? 'user' : 'assistant',
      parts: [{ type: 'text', text }],
      status: 'complete',
      error: null,
      model: isQuestion ? null : 'tain-demo',
      createdAt: created + index,
    }
  })
  const conversation = {
    id: randomUUID(),
    title,
    titleSource: 'person',
    activeLeafId: ids.at(-1) ?? null,
    createdAt: created,
    updatedAt: created + messageCount,
    pinnedAt: null,
    archivedAt: null,
    messages,
  }
  const AIGC = { Label: '1', ContentProducer: 'bench', ProduceID: conversation.id }
  return { format: 'tain.export/1', exportedAt: created, AIGC, conversations: [conversation] }
}
