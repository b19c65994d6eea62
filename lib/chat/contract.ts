import { z } from 'zod'
import { MAX_QUESTION_CHARS, type Part } from './parts.ts'

/**
 * What travels between the browser and the site's own API. The browser imports only the types; the handlers parse
 * with the schemas. Times are Unix milliseconds, ids are UUIDs made by whoever creates the thing.
 */

export type { Part }

/** Why a run failed, in terms a page can explain. `detail` is the upstream's own public sentence, if it gave one. */
export const runErrorCode = z.enum([
  'site_limit',
  'account_rate',
  'account_money',
  'key_refused',
  'no_key',
  'model_missing',
  'upstream_down',
  'content_refused',
  'too_long',
  'bad_request',
  'unknown',
])
export type RunErrorCode = z.infer<typeof runErrorCode>
export const runError = z.object({
  code: runErrorCode,
  detail: z.string().optional(),
  retryAfterMs: z.number().optional(),
})
export type RunError = z.infer<typeof runError>

/** `running` is being written; `stopped` by a person; `interrupted` by a restart or a broken stream; `failed` has an error. */
export const messageStatus = z.enum(['complete', 'running', 'stopped', 'interrupted', 'failed'])
export type MessageStatus = z.infer<typeof messageStatus>

export interface Message {
  id: string
  parentId: string | null
  role: 'user' | 'assistant'
  parts: Part[]
  status: MessageStatus
  error: RunError | null
  /** The model that answered, as upstream named it; null for questions. */
  model: string | null
  createdAt: number
}

export interface Conversation {
  id: string
  title: string
  activeLeafId: string | null
  revision: number
  createdAt: number
  updatedAt: number
}

/** A conversation with its whole tree, oldest message first. */
export interface ConversationDetail extends Conversation {
  messages: Message[]
}

const id = z.uuid()

/**
 * `POST /api/chat`. `ask` adds a question below `parentId` (null starts the conversation, which is made if it does not
 * exist) and answers it; `regenerate` adds another answer to a question. The ids make both idempotent: the same
 * `answerId` again attaches to the run that is already there. The answer is an event stream of {@link RunEvent}.
 */
export const sendRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ask'),
    conversationId: id,
    parentId: id.nullable(),
    questionId: id,
    answerId: id,
    text: z
      .string()
      .max(MAX_QUESTION_CHARS)
      .refine((text) => text.trim() !== '', { error: 'must not be empty' }),
  }),
  z.strictObject({
    kind: z.literal('regenerate'),
    conversationId: id,
    questionId: id,
    answerId: id,
  }),
])
export type SendRequest = z.infer<typeof sendRequest>

/** `PATCH /api/conversations/{id}`: shows another branch. */
export const patchConversation = z.strictObject({ activeLeafId: id })
export type PatchConversation = z.infer<typeof patchConversation>

/**
 * An event of a run, one SSE message each; the SSE `id` is its sequence number within the run.
 * - `start` the question is stored; `conversation` and `message` are as they stand now, so that attaching again misses
 *   and doubles nothing. Always the first event of a connection.
 * - `delta` more text of a part; it continues the last part if that has the same kind, else begins a new part.
 * - `end` the run is over; nothing follows. A connection that closes without it is to be attached again.
 */
export type RunEvent =
  | { type: 'start'; conversation: Conversation; message: Message }
  | { type: 'delta'; kind: 'text' | 'reasoning'; text: string }
  | { type: 'end'; status: Exclude<MessageStatus, 'running'>; error: RunError | null; model: string | null }

/** The body of every error answer of the site's own API (not of `/v1`, whose errors have OpenAI's shape). */
export interface ApiError {
  error: { code: string; message: string; field?: string }
}
