import type { JsonValue, SourcePart } from '#lib/chat/parts.ts'

/** What a call was about: one line for the card's head, the rest for its fold. */
export interface ToolDetails {
  /** What was searched or drawn; null where it is not one line of words. */
  topic: string | null
  /** What the tool was given, as it is to be read; null where the topic says it all. */
  input: string | null
}

/** Longer topics are shown in the fold. */
const MAX_TOPIC_CHARS = 120

/** Reads a tool's input. Nothing is known of its shape: it comes from providers and from other programs' exports. */
export function detailsOf(input: JsonValue): ToolDetails {
  const fields = input !== null && typeof input === 'object' && !Array.isArray(input) ? input : {}
  const names = Object.keys(fields)
  const words = fields.query ?? fields.q ?? fields.prompt
  const isTopic = typeof words === 'string' && words.length <= MAX_TOPIC_CHARS && !words.includes('\n')
  const topic = isTopic && words.trim() !== '' ? words : null
  if (topic !== null && names.length === 1) return { topic, input: null }
  return { topic, input: typeof fields.code === 'string' ? fields.code : readable(input) }
}

/** A value as text; null where there is nothing to read. */
export function readable(value: JsonValue): string | null {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return ['', 'null', '{}', '[]', '""'].includes(text.trim()) ? null : text
}

/** Pages of the web, each once, in the order in which they were named. */
export function pagesOf(sources: readonly SourcePart[]): { url: string; title: string; host: string }[] {
  const pages = new Map<string, { url: string; title: string; host: string }>()
  for (const { url, title } of sources) {
    const parsed = URL.parse(url)
    if (!parsed || !/^https?:$/.test(parsed.protocol) || pages.has(parsed.href)) continue
    const host = parsed.host.replace(/^www\./, '')
    pages.set(parsed.href, { url: parsed.href, title: title?.trim() || host, host })
  }
  return [...pages.values()]
}
