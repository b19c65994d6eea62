/**
 * What a provider wants to have back when the conversation goes on: item ids, encrypted reasoning, annotations. By
 * provider, as the AI SDK hands it out; kept as it came, never sent to a browser.
 */
export type ProviderMetadata = Record<string, Record<string, JsonValue>>

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue | undefined }

interface Kept {
  meta?: ProviderMetadata
}

export interface TextPart extends Kept {
  type: 'text'
  text: string
}

export interface ReasoningPart extends Kept {
  type: 'reasoning'
  text: string
}

/** The model called a tool. What came of it is a {@link ToolResultPart} of its own, so that answers only ever grow. */
export interface ToolCallPart extends Kept {
  type: 'tool-call'
  id: string
  /** `web_search`, `image_generation`, `code_interpreter`. */
  name: string
  input: JsonValue
}

export interface ToolResultPart extends Kept {
  type: 'tool-result'
  callId: string
  output: JsonValue
  /** The tool failed; `output` says how. */
  isError?: true
}

/** A page that the answer rests on. */
export interface SourcePart extends Kept {
  type: 'source'
  id: string
  url: string
  title: string | null
}

/** A file of the conversation: attached to a question, or made by a tool (then `callId` names its call). */
export interface FilePart extends Kept {
  type: 'file'
  fileId: string
  name: string
  mediaType: string
  bytes: number
  /** Of images, in pixels. */
  width?: number
  height?: number
  callId?: string
}

/** A piece of a message, in order. */
export type Part = TextPart | ReasoningPart | SolidPart
/** Grows by text. */
export type GrowingPart = TextPart | ReasoningPart
/** Arrives whole. */
export type SolidPart = ToolCallPart | ToolResultPart | SourcePart | FilePart

/**
 * What an answer grows by, always at its end: text, which continues the last part unless that is of another kind or the
 * text `begins` one of its own, or a whole part.
 */
export type Increment =
  | { type: 'delta'; kind: GrowingPart['type']; text: string; begins?: true }
  | { type: 'part'; part: SolidPart }

/** Longest question in characters; longer ones get a 413 and stay in the composer. */
export const MAX_QUESTION_CHARS = 200_000

/** Longest instructions of a conversation, in characters. */
export const MAX_INSTRUCTIONS_CHARS = 4_000

/** From the least to the most; which of them a model knows is upstream's affair. */
export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

/** Longest title that a person can give, in characters. */
export const MAX_TITLE_CHARS = 200

/** Longest name of a folder, in characters. */
export const MAX_FOLDER_NAME_CHARS = 80

export const isGrowing = (part: Part | undefined): part is GrowingPart =>
  part?.type === 'text' || part?.type === 'reasoning'

/** `parts` with an increment, in an array of its own. Server and browser materialise with this one function. */
export function applyIncrement(parts: readonly Part[], increment: Increment): Part[] {
  if (increment.type === 'part') return [...parts, increment.part]
  const { kind, text, begins } = increment
  const last = parts.at(-1)
  if (begins || !isGrowing(last) || last.type !== kind) return [...parts, { type: kind, text }]
  return [...parts.slice(0, -1), { ...last, text: last.text + text }]
}

/** What a message says, without its reasoning. */
export function textOfParts(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

export const filesOfParts = (parts: readonly Part[]): FilePart[] =>
  parts.filter((part) => part.type === 'file')

/** By what a message can be found: the names of its files, and what it says. */
export const searchTextOf = (parts: readonly Part[]): string =>
  [...filesOfParts(parts).map(({ name }) => name), textOfParts(parts)]
    .filter((text) => text !== '')
    .join('\n')

/** The parts as a reader has them: without what only the provider wants, and what is there for its sake alone. */
export function visibleParts(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    if (isGrowing(part) && part.text === '') return []
    const { meta: _, ...visible } = part
    return [visible]
  })
}
