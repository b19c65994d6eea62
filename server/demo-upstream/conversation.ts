import { isObject, type JsonObject } from './openai-shapes.ts'

/** What was said so far, whichever API it came by. */
export interface Turn {
  role: string
  text: string
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isObject)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .filter(Boolean)
    .join('\n')
}

const turnOf = (item: JsonObject): Turn => ({
  role: typeof item.role === 'string' ? item.role : 'user',
  text: textOf(item.content),
})

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
