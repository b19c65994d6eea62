import { pagesOf, type Source } from '#lib/chat/citations.ts'
import type { JsonValue, ToolResultPart } from '#lib/chat/parts.ts'

/** What a use of a tool was about: one line for the card's head, the rest for its fold. */
export interface ToolDetails {
  /** What was searched or drawn; null where it is not one line of words. */
  topic: string | null
  pieces: ToolPiece[]
}

/** A part of the fold; `label` is a word of the tools' dictionary. */
export type ToolPiece =
  | { label: 'input' | 'output' | 'code' | 'queries' | 'prompt'; text: string }
  | { label: 'pages'; pages: Source[] }

/** Longer topics are shown in the fold. */
const MAX_TOPIC_CHARS = 120

type Fields = Readonly<Record<string, JsonValue | undefined>>
const fieldsOf = (value: JsonValue | undefined): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
const textsOf = (values: JsonValue | undefined): string[] =>
  Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []

/** Reads what a tool was given and gave. Nothing is known of their shape: they come from providers and from other programs' exports. */
export function detailsOf(input: JsonValue, result: ToolResultPart | undefined): ToolDetails {
  const output = fieldsOf(result?.output)
  const action = fieldsOf(output.action)
  if (typeof action.type === 'string') return ofSearch(action, output)
  const fields = fieldsOf(input)
  const words = fields.query ?? fields.q ?? fields.prompt ?? output.prompt
  const topic = typeof words === 'string' && isLine(words) ? words : null
  const pieces: ToolPiece[] = []
  const add = (label: Exclude<ToolPiece['label'], 'pages'>, text: string | null) => {
    if (text !== null) pieces.push({ label, text })
  }
  if (typeof fields.code === 'string') add('code', readable(fields.code))
  else if (topic === null || Object.keys(fields).length !== 1) add('input', readable(input))
  if (typeof output.prompt === 'string') add('prompt', topic === null ? output.prompt : null)
  else if (result && !isSilent(output)) add('output', outputOf(output) ?? readable(result.output))
  return { topic, pieces }
}

/** A search of the web, as OpenAI's tool tells of it: what was looked for, in which page. */
function ofSearch(action: Fields, output: Fields): ToolDetails {
  const asked = textsOf(action.queries)
  const queries = asked.length === 0 && typeof action.query === 'string' ? [action.query] : asked
  const page = typeof action.url === 'string' ? pagesOf([{ url: action.url, title: null }])[0] : undefined
  const pattern = typeof action.pattern === 'string' ? action.pattern : undefined
  const topic = [...queries, pattern, page?.host].filter((words) => words !== undefined).join(' · ')
  const sources = Array.isArray(output.sources) ? output.sources.map(fieldsOf) : []
  const pages = pagesOf([
    ...(page ? [{ url: page.url, title: null }] : []),
    ...sources.flatMap(({ url }) => (typeof url === 'string' ? [{ url, title: null }] : [])),
  ])
  const pieces: ToolPiece[] = []
  if (!isLine(topic) && queries.length > 0) pieces.push({ label: 'queries', text: queries.join('\n') })
  if (pages.length > 0) pieces.push({ label: 'pages', pages })
  return { topic: isLine(topic) ? topic : null, pieces }
}

const isLine = (words: string) =>
  words.trim() !== '' && words.length <= MAX_TOPIC_CHARS && !words.includes('\n')

/** OpenAI says nothing of what code printed unless it is asked to. */
const isSilent = ({ outputs, ...others }: Fields) => outputs === null && Object.keys(others).length === 0

/** What code printed; null where it is not told so. */
function outputOf({ outputs }: Fields): string | null {
  if (!Array.isArray(outputs)) return null
  const logs = outputs.map(fieldsOf).flatMap(({ logs }) => (typeof logs === 'string' ? [logs] : []))
  return logs.length === outputs.length ? readable(logs.join('\n')) : null
}

/** A value as text; null where there is nothing to read. */
export function readable(value: JsonValue): string | null {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return ['', 'null', '{}', '[]', '""'].includes(text.trim()) ? null : text
}
