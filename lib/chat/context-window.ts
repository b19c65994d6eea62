import { createHash } from 'node:crypto'
import { countTokens, IMAGE_TOKENS } from '../tokens/count-tokens.ts'
import type { Message } from './contract.ts'
import type { FileContent } from './files/model-files.ts'
import { textOfParts } from './parts.ts'

/** What is sent of a branch: its end, from `from` on. */
export interface ContextWindow {
  /** The index of the first message that is sent; 0 when all are. */
  from: number
  /** How many tokens that is, about; at most so many where nothing had to be left out. */
  tokens: number
}

export interface Counting {
  instructions?: string | undefined
  files: ReadonlyMap<string, readonly FileContent[]>
  /** Whose tokenizer counts. */
  modelId: string
}

/** What OpenAI's models write at most, thinking included, in a context that they read and write in. */
const MOST_WRITTEN = 128_000

/** How many tokens may be sent to a model of this context: a third of it is left for the answer, up to what is ever written. */
export const budgetOf = (contextTokens: number): number =>
  contextTokens - Math.min(Math.floor(contextTokens / 3), MOST_WRITTEN)

/** So short a branch fits into the context of every model, so that nobody needs to be asked for it. */
const SURELY_FITS = 4_000

/** What is sent of a branch at first. `contextTokens` tells the model's context, undefined where nobody knows it: then all is sent. */
export async function firstWindow(
  branch: readonly Message[],
  contextTokens: () => Promise<number | undefined>,
  counting: Counting,
): Promise<ContextWindow> {
  const whole = { from: 0, tokens: mostTokens(branch, counting) }
  const context = whole.tokens <= SURELY_FITS ? undefined : await contextTokens()
  return context === undefined ? whole : await newestWithin(branch, budgetOf(context), counting)
}

/**
 * The newest messages of a branch that come to at most `budget` tokens, beginning with a question. The last question and
 * what is below it are always sent. Counts from the end, so that what is too old to be sent costs nothing, and not at all where
 * the bytes fit: no token is shorter than one.
 */
export async function newestWithin(
  branch: readonly Message[],
  budget: number,
  counting: Counting,
): Promise<ContextWindow> {
  const most = mostTokens(branch, counting)
  if (most <= budget) return { from: 0, tokens: most }
  let tokens = await countTokensOnce(counting.instructions ?? '', counting.modelId)
  let kept: ContextWindow | undefined
  for (let index = branch.length - 1; index >= 0; index--) {
    const message = branch[index]
    if (!message) break
    tokens += await tokensOf(message, counting)
    if (tokens > budget && kept) break
    // A window that began with an answer would have the model read a reply to nothing.
    if (message.role === 'user') kept = { from: index, tokens }
  }
  return kept ?? { from: 0, tokens }
}

/** Half of a window that upstream found too long; undefined when there is only the last question left. */
export async function halfOf(
  branch: readonly Message[],
  window: ContextWindow,
  counting: Counting,
): Promise<ContextWindow | undefined> {
  const last = branch.findLastIndex(({ role }) => role === 'user')
  if (window.from >= last) return undefined
  const sent = branch.slice(window.from)
  const half = await newestWithin(sent, Math.floor((await sum(sent, counting)) / 2), counting)
  return { from: window.from + half.from, tokens: half.tokens }
}

async function sum(messages: readonly Message[], counting: Counting): Promise<number> {
  let tokens = await countTokensOnce(counting.instructions ?? '', counting.modelId)
  for (const message of messages) tokens += await tokensOf(message, counting)
  return tokens
}

/** Its role and what stands around it. */
const MESSAGE_TOKENS = 4
/** A page of a PDF is sent as its text and as an image, and is about so many bytes. */
const PDF_PAGE = { tokens: 1_500, bytes: 50_000, most: 100 }

function mostTokens(branch: readonly Message[], { instructions = '', files }: Counting): number {
  let tokens = Buffer.byteLength(instructions)
  for (const message of branch) {
    for (const text of textsOf(message, files)) tokens += Buffer.byteLength(text)
    tokens += MESSAGE_TOKENS + tokensOfPictures(files.get(message.id) ?? [])
  }
  return tokens
}

async function tokensOf(message: Message, { files, modelId }: Counting): Promise<number> {
  let tokens = MESSAGE_TOKENS + tokensOfPictures(files.get(message.id) ?? [])
  for (const text of textsOf(message, files)) tokens += await countTokensOnce(text, modelId)
  return tokens
}

/** What the model reads of a message: its text, and the text of its files. */
function textsOf({ id, parts }: Message, files: Counting['files']): string[] {
  const ofFiles = (files.get(id) ?? []).flatMap((file) => (file.type === 'text' ? [file.text] : []))
  return [textOfParts(parts), ...ofFiles]
}

function tokensOfPictures(contents: readonly FileContent[]): number {
  let tokens = 0
  for (const content of contents) {
    if (content.type !== 'file') continue
    if (content.mediaType !== 'application/pdf') tokens += IMAGE_TOKENS
    else {
      const bytes = content.data.data.length
      tokens += PDF_PAGE.tokens * Math.min(Math.ceil(bytes / PDF_PAGE.bytes) || 1, PDF_PAGE.most)
    }
  }
  return tokens
}

/** Messages do not change, and each turn counts them again. By their digests, so that no text is kept. */
const counts = new Map<string, number>()
const MAX_COUNTS = 20_000
/** Shorter texts are counted as fast as they are hashed. */
const WORTH_KEEPING_CHARS = 200

async function countTokensOnce(text: string, modelId: string): Promise<number> {
  if (text.length < WORTH_KEEPING_CHARS) return await countTokens(text, modelId)
  const key = createHash('sha256').update(modelId).update('\0').update(text).digest('base64')
  const known = counts.get(key)
  if (known !== undefined) return known
  const count = await countTokens(text, modelId)
  const oldest = counts.size >= MAX_COUNTS ? counts.keys().next().value : undefined
  if (oldest !== undefined) counts.delete(oldest)
  counts.set(key, count)
  return count
}
