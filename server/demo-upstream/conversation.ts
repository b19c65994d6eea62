import { type Attachment, attachmentOf } from './attachments.ts'
import { isObject, type JsonObject } from './openai-shapes.ts'

/** What was said so far, whichever API it came by. */
export interface Turn {
  role: string
  /** What was said, without the files that came with it. */
  text: string
  attachments?: Attachment[]
}

function turnOf({ role, content }: JsonObject): Turn {
  const turn = { role: typeof role === 'string' ? role : 'user' }
  if (!Array.isArray(content)) return { ...turn, text: typeof content === 'string' ? content : '' }
  const said: string[] = []
  const attachments: Attachment[] = []
  for (const piece of content.filter(isObject)) {
    const attachment = attachmentOf(piece)
    if (attachment) attachments.push(attachment)
    else if (typeof piece.text === 'string' && piece.text !== '') said.push(piece.text)
  }
  return { ...turn, text: said.join('\n'), ...(attachments.length > 0 && { attachments }) }
}

/** `messages` of a chat completion. */
export const turnsOfMessages = (messages: unknown[]): Turn[] => messages.filter(isObject).map(turnOf)

/** `instructions` and `input` of a Response; items that are no messages (calls, reasoning) are passed over. */
export function turnsOfInput(instructions: unknown, input: unknown): Turn[] {
  const said: Turn[] = typeof instructions === 'string' ? [{ role: 'system', text: instructions }] : []
  if (typeof input === 'string') return [...said, { role: 'user', text: input }]
  if (!Array.isArray(input)) return said
  return [
    ...said,
    ...input
      .filter(isObject)
      .filter((item) => 'content' in item && 'role' in item)
      .map(turnOf),
  ]
}

export const questionsOf = (turns: Turn[]): string[] =>
  turns.filter(({ role }) => role === 'user').map(({ text }) => text)

/** A prompt's length in token-like pieces, as counted by `count`, with the few that each message costs besides. */
export const promptTokens = (turns: Turn[], count: (text: string) => number): number =>
  turns.reduce((sum, { text }) => sum + count(text) + 4, 3)
