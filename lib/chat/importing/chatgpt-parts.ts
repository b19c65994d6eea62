import { z } from 'zod'
import { parseJson } from '../parse-json.ts'
import type { JsonValue, Part } from '../parts.ts'
import { isWebUrl } from './imported-conversation.ts'

/** Fields of which only some exports have one, or another shape of it. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)

const page = z.object({ url: maybe(z.string()), title: maybe(z.string()) })
const reference = z.object({
  matched_text: maybe(z.string()),
  alt: maybe(z.string()),
  url: maybe(z.string()),
  title: maybe(z.string()),
  items: maybe(z.array(page)),
  sources: maybe(z.array(page)),
})

export const chatGptMessage = z.object({
  author: z.object({ role: z.string(), name: maybe(z.string()) }),
  create_time: maybe(z.number()),
  status: maybe(z.string()),
  recipient: maybe(z.string()),
  content: z.looseObject({
    content_type: z.string(),
    parts: maybe(z.array(z.unknown())),
    text: maybe(z.string()),
    language: maybe(z.string()),
    thoughts: maybe(z.array(z.object({ summary: maybe(z.string()), content: maybe(z.string()) }))),
    result: maybe(z.string()),
    title: maybe(z.string()),
    url: maybe(z.string()),
  }),
  metadata: maybe(
    z.object({
      model_slug: maybe(z.string()),
      is_visually_hidden_from_conversation: maybe(z.boolean()),
      attachments: maybe(z.array(z.object({ name: maybe(z.string()) }))),
      citations: maybe(z.array(z.object({ metadata: maybe(page) }))),
      content_references: maybe(z.array(reference)),
    }),
  ),
})
export type ChatGptMessage = z.infer<typeof chatGptMessage>

/** Instructions and memories, which nobody said in the conversation, and what only tells how long a thought took. */
const NOT_SAID = new Set(['user_editable_context', 'model_editable_context', 'reasoning_recap'])

/** ChatGPT's names of tools that have one here. */
const TOOL_NAMES: Record<string, string> = {
  python: 'code_interpreter',
  browser: 'web_search',
  web: 'web_search',
  'web.run': 'web_search',
  'dalle.text2im': 'image_generation',
  't2uay3k.sj1i4kz': 'image_generation',
}

/** The answer that a node belongs to, as it is before it: how many parts it has, and which call of a tool was its last. */
export interface AnswerSoFar {
  count: number
  callId: string | undefined
}

/** What a node adds to its answer, or the parts of a question. */
export function partsOfMessage(message: ChatGptMessage, before: AnswerSoFar): Part[] {
  const { author, content, metadata } = message
  if (author.role === 'system' || NOT_SAID.has(content.content_type)) return []
  if (author.role === 'user') {
    return metadata?.is_visually_hidden_from_conversation ? [] : [...attachments(message), ...texts(message)]
  }
  if (author.role === 'tool') return toolParts(message, before)
  if (content.content_type === 'thoughts') return thoughts(message)
  if (message.recipient && message.recipient !== 'all') return [toolCall(message, before.count)]
  return [...texts(message), ...sources(message)]
}

function texts({ content, metadata }: ChatGptMessage): Part[] {
  const text =
    content.content_type === 'code' && content.text
      ? `\`\`\`${/^[\w+#-]+$/.test(content.language ?? '') ? content.language : ''}\n${content.text}\n\`\`\``
      : plainText(content)
  const cited = replaceReferences(text, metadata?.content_references ?? [])
  return cited.trim() === '' ? [] : [{ type: 'text', text: cited }]
}

function plainText(content: ChatGptMessage['content']): string {
  const parts = (content.parts ?? []).map(textOfPart).filter((text) => text !== '')
  return parts.length > 0 ? parts.join('\n') : (content.text ?? content.result ?? '')
}

const piece = z.object({
  content_type: maybe(z.string()),
  text: maybe(z.string()),
  asset_pointer: maybe(z.string()),
})

/** Files stay behind, but that there was one is said. */
function textOfPart(part: unknown): string {
  if (typeof part === 'string') return part
  const { data } = piece.safeParse(part)
  if (data?.text) return data.text
  if (!data?.content_type?.endsWith('asset_pointer')) return ''
  return data.content_type.startsWith('image') ? '[image]' : '[audio]'
}

function attachments({ metadata }: ChatGptMessage): Part[] {
  return (metadata?.attachments ?? []).flatMap(({ name }): Part[] =>
    name ? [{ type: 'text', text: `[${name}]` }] : [],
  )
}

function thoughts({ content }: ChatGptMessage): Part[] {
  const text = (content.thoughts ?? [])
    .map(({ summary, content: thought }) => [summary, thought].filter(Boolean).join('\n'))
    .filter((thought) => thought !== '')
    .join('\n\n')
  return text === '' ? [] : [{ type: 'reasoning', text }]
}

function toolCall({ content, recipient }: ChatGptMessage, index: number): Part {
  const text = plainText(content)
  const known = parseJson(text)
  // Parsed from JSON, so it is a value of JSON.
  const input = known !== null && typeof known === 'object' ? (known as JsonValue) : { code: text }
  return {
    type: 'tool-call',
    id: `call-${index}`,
    name: TOOL_NAMES[recipient ?? ''] ?? recipient ?? 'tool',
    input,
  }
}

function toolParts(message: ChatGptMessage, { count, callId }: AnswerSoFar): Part[] {
  const { content } = message
  const found = sources(message)
  if (content.content_type === 'tether_quote' && isWebUrl(content.url)) {
    found.push({ type: 'source', id: `s${count}`, url: content.url, title: content.title ?? null })
  }
  const output = plainText(content)
  if (output.trim() === '') return found
  if (callId === undefined) return [{ type: 'reasoning', text: output }, ...found]
  const isError = content.content_type === 'system_error' && { isError: true as const }
  return [{ type: 'tool-result', callId, output, ...isError }, ...found]
}

/** Each page once. */
function sources({ metadata }: ChatGptMessage): Part[] {
  const pages = [
    ...(metadata?.citations ?? []).map(({ metadata: cited }) => cited),
    ...(metadata?.content_references ?? []).flatMap(({ items, sources: further, url, title }) => [
      { url, title },
      ...(items ?? []),
      ...(further ?? []),
    ]),
  ]
  const byUrl = new Map<string, string | null>()
  for (const found of pages) if (isWebUrl(found?.url)) byUrl.set(found.url, found.title ?? null)
  return [...byUrl].map(([url, title], index) => ({ type: 'source', id: `s${index}`, url, title }))
}

/** ChatGPT's marks of citations, between characters that no font has (U+E200 to U+E202). */
const MARK = /\ue200[^\ue201]*\ue201/g

function replaceReferences(text: string, references: z.infer<typeof reference>[]): string {
  let cited = text
  for (const { matched_text: mark, alt } of references) {
    if (mark?.includes('\ue200')) cited = cited.replaceAll(mark, () => alt ?? '')
  }
  return cited.replace(MARK, '').replace(/[\ue200-\ue202]/g, '')
}
