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
  /** The pages it cites, as they came. */
  citations?: Citation[]
}

/** A page that a text rests on, and where. Offsets count UTF-16 code units of the text. */
export interface Citation {
  /** How long the text was when the citation came. */
  at: number
  /** From here to `end` the text cites the page; often that stretch is a link to it. */
  start: number
  end: number
  url: string
  title: string | null
}

export interface ReasoningPart extends Kept {
  type: 'reasoning'
  text: string
  /** How long was thought, once that is over. */
  ms?: number
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
 * text `begins` one of its own; a whole part; a citation of the last part, which is a text; or the end of thinking.
 */
export type Increment =
  | { type: 'delta'; kind: GrowingPart['type']; text: string; begins?: true }
  | { type: 'part'; part: SolidPart }
  | { type: 'cite'; citation: Omit<Citation, 'at'> }
  | { type: 'thought'; ms: number }

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
  const last = parts.at(-1)
  const instead = (part: Part) => [...parts.slice(0, -1), part]
  if (increment.type === 'thought') {
    const { ms } = increment
    return isThinking(last) ? instead({ ...last, ms }) : [...parts, { type: 'reasoning', text: '', ms }]
  }
  if (increment.type === 'cite') {
    const text: TextPart = last?.type === 'text' ? last : { type: 'text', text: '' }
    const citation = { at: text.text.length, ...increment.citation }
    const cited = { ...text, citations: [...(text.citations ?? []), citation] }
    return text === last ? instead(cited) : [...parts, cited]
  }
  const { kind, text, begins } = increment
  const goesOn = kind === 'text' ? last?.type === 'text' : isThinking(last)
  if (begins || !goesOn || !isGrowing(last)) return [...parts, { type: kind, text }]
  return instead({ ...last, text: last.text + text })
}

/** Reasoning that has not ended. */
export const isThinking = (part: Part | undefined): part is ReasoningPart =>
  part?.type === 'reasoning' && part.ms === undefined

/** What a message says, without its reasoning. */
export function textOfParts(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

export const filesOfParts = (parts: readonly Part[]): FilePart[] =>
  parts.filter((part) => part.type === 'file')

/** The parts as a reader has them: without what only the provider wants, and what is there for its sake alone. */
export function visibleParts(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    if (isGrowing(part) && part.text === '' && !('ms' in part) && !('citations' in part)) return []
    const { meta: _, ...visible } = part
    return [visible]
  })
}
