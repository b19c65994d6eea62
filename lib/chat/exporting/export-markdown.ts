import { footnotesOf, markCitations, sourcesOf } from '../citations.ts'
import type { ConversationDetail, Message } from '../contract.ts'
import { leafBelow, pathTo } from '../message-tree.ts'
import { type Part, type TextPart, visibleParts } from '../parts.ts'
import { aigcMarkOf, type Producer } from './exported-conversation.ts'

/** The words that stand between what people and models wrote. */
export interface MarkdownWords {
  /** The visible label of AI content, below the title. */
  label: string
  question: string
  /** With `{model}`. */
  answer: string
  reasoning: string
  tool: string
  toolResult: string
  sources: string
  file: string
  /** With `{index}` and `{count}`. */
  branch: string
  unfinished: string
}

export interface MarkdownOptions {
  branches: 'shown' | 'all'
  producer: Producer
  words: MarkdownWords
}

/**
 * A conversation to be read: the shown branch, or every branch, each from its root and under a heading of its own. What
 * was said stands as it was written. The front matter carries the mark of AI content.
 */
export function toMarkdown(detail: ConversationDetail, options: MarkdownOptions): string {
  const { words } = options
  const shown = pathTo(detail.messages, detail.activeLeafId ?? detail.messages.at(-1)?.id ?? null)
  const paths = options.branches === 'all' ? pathsOf(detail.messages) : [shown]
  const bodies = paths.map((path, index) => {
    const heading =
      paths.length > 1 ? `## ${put(words.branch, { index: index + 1, count: paths.length })}\n\n` : ''
    return heading + path.map((message) => section(message, words)).join('\n\n')
  })
  return [
    frontMatter(detail, options.producer),
    `# ${oneLine(detail.title)}`,
    `> ${words.label}`,
    ...bodies,
    '',
  ].join('\n\n')
}

/** All branches, in the order of their leaves. */
function pathsOf(messages: readonly Message[]): Message[][] {
  const parents = new Set(messages.map(({ parentId }) => parentId))
  const leaves = messages.filter(({ id }) => !parents.has(id) && leafBelow(messages, id) === id)
  return leaves.map(({ id }) => pathTo(messages, id))
}

function frontMatter(detail: ConversationDetail, producer: Producer): string {
  // JSON is YAML (1.2), and quotes whatever a title may contain.
  return [
    '---',
    `title: ${JSON.stringify(detail.title)}`,
    `created: ${new Date(detail.createdAt).toISOString()}`,
    `updated: ${new Date(detail.updatedAt).toISOString()}`,
    `AIGC: ${JSON.stringify(aigcMarkOf(producer, detail.id))}`,
    '---',
  ].join('\n')
}

function section(message: Message, words: MarkdownWords): string {
  const heading = message.role === 'user' ? words.question : put(words.answer, { model: message.model ?? '' })
  const parts = visibleParts(message.parts)
  const sources = sourcesOf(parts)
  // The footnotes of other messages have other names.
  const label = (number: number) => `${message.id.slice(0, 8)}-${number}`
  const mark = (number: number) => `[^${label(number)}]`
  const body = parts
    .map((part) => (part.type === 'text' ? markCitations(part, sources, mark) : block(part, words)))
    .filter((text) => text !== '')
  if (parts.some((part) => part.type === 'text' && part.citations)) body.push(footnotesOf(sources, label))
  else if (sources.length > 0) {
    body.push(
      [
        `**${words.sources}**`,
        '',
        ...sources.map(({ title, url }) => `- [${bracketless(title)}](<${angleless(url)}>)`),
      ].join('\n'),
    )
  }
  if (['interrupted', 'stopped', 'failed'].includes(message.status)) body.push(`*${words.unfinished}*`)
  return [
    `### ${heading
      .trim()
      .replace(/[·:：]\s*$/u, '')
      .trim()}`,
    ...body,
  ].join('\n\n')
}

function block(part: Exclude<Part, TextPart>, words: MarkdownWords): string {
  switch (part.type) {
    case 'reasoning':
      if (part.text === '') return ''
      return `<details><summary>${words.reasoning}</summary>\n\n${quote(part.text)}\n\n</details>`
    case 'tool-call':
      return `**${words.tool}: ${oneLine(part.name)}**\n\n${fenced(part.input)}`
    case 'tool-result':
      return `**${words.toolResult}**\n\n${fenced(part.output)}`
    case 'file':
      return `**${words.file}: ${oneLine(part.name)}**`
    case 'source':
      return ''
  }
}

/** In a fence that is longer than any within. */
function fenced(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

const quote = (text: string) => text.replace(/^/gm, '> ')
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
const bracketless = (text: string) => oneLine(text).replace(/[[\]\\]/g, '\\$&')
const angleless = (url: string) => url.replace(/[<>\s]/g, encodeURIComponent)
const put = (text: string, values: Record<string, string | number>) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
