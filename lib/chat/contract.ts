import { z } from 'zod'
import {
  type ConversationSettings,
  conversationSettings,
  modelName,
  type SettingsChange,
  settingsChange,
} from './conversation-settings.ts'
import { attachedFile } from './files/file-contract.ts'
import { MAX_FILES } from './files/file-kinds.ts'
import { type Increment, MAX_QUESTION_CHARS, MAX_TITLE_CHARS, type Part } from './parts.ts'
import type { QueuedQuestion } from './queue-contract.ts'

/**
 * What travels between the browser and the site's own API. The browser imports only the types; the handlers parse
 * with the schemas. Times are Unix milliseconds, ids are UUIDs made by whoever creates the thing.
 */

export type { Part }

/** Why a run failed, in terms a page can explain. `detail` is the upstream's own public sentence, if it gave one. */
export const runErrorCode = z.enum([
  'site_limit',
  'quota_hour_messages',
  'quota_day_tokens',
  'quota_month_tokens',
  'quota_day_cost',
  'quota_month_cost',
  'quota_streams',
  'model_not_allowed',
  'account_rate',
  'account_money',
  'key_refused',
  'region_refused',
  'no_key',
  'model_missing',
  'upstream_down',
  'content_refused',
  'no_vision',
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

export const rating = z.enum(['good', 'bad'])
export type Rating = z.infer<typeof rating>

export interface Message {
  id: string
  parentId: string | null
  role: 'user' | 'assistant'
  parts: Part[]
  status: MessageStatus
  error: RunError | null
  /** The model that answered, as upstream named it; null for questions. */
  model: string | null
  /** The model that was asked for this answer in particular; without it that of the conversation was. */
  modelAsked?: string | undefined
  /** What its owner thinks of an answer, if they said so. */
  rating?: Rating | undefined
  /** The first message that was sent for this answer, where the branch was too long for the model's context. */
  contextFrom?: string | undefined
  createdAt: number
}

/** Who named a conversation: its first question, a model on the site's behalf, or a person. */
export type TitleSource = 'question' | 'model' | 'person'

export interface Conversation {
  id: string
  title: string
  /** The site never changes the title of a person. */
  titleSource: TitleSource
  activeLeafId: string | null
  /** Counts its changes; a change that was made on another revision than the current one is refused. */
  revision: number
  createdAt: number
  /** When something was last asked in it. */
  updatedAt: number
  pinnedAt: number | null
  archivedAt: number | null
  /** Set on what a deletion answers with; a deleted conversation is nowhere else to be seen. */
  deletedAt: number | null
  settings: ConversationSettings
  /** The folder it lies in. One that is not known is none: it was deleted meanwhile. */
  folderId: string | null
}

/** A conversation with its whole tree, oldest message first. */
export interface ConversationDetail extends Conversation {
  messages: Message[]
  /** The questions that wait in it, the next one first. */
  queue: QueuedQuestion[]
}

const id = z.uuid()

/** A question below `parentId` with the ids that its browser made; see {@link sendRequest}. */
export const askRequest = z
  .strictObject({
    kind: z.literal('ask'),
    conversationId: id,
    parentId: id.nullable(),
    questionId: id,
    answerId: id,
    text: z.string().max(MAX_QUESTION_CHARS),
    files: z.array(attachedFile).max(MAX_FILES).optional(),
    model: modelName.optional(),
    settings: conversationSettings.optional(),
    folderId: id.optional(),
  })
  .refine(({ text, files = [] }) => text.trim() !== '' || files.length > 0, {
    error: 'must not be empty',
    path: ['text'],
  })
export type AskRequest = z.infer<typeof askRequest>

/**
 * `POST /api/chat`. `ask` adds a question below `parentId` (null starts the conversation, which is made if it does not
 * exist, with `settings`, in the folder `folderId`) and answers it; `files` are uploads, and may stand without a text; `model` has this one answer asked of another model. `regenerate` adds another answer to a question; `continue` goes on with an answer that was
 * stopped or interrupted. The ids make them idempotent: the same `answerId` (for `continue`: the same `runId`, or any while
 * the answer is being written) attaches to the run that is already there. The answer is an event stream of {@link RunEvent}.
 */
export const sendRequest = z.discriminatedUnion('kind', [
  askRequest,
  z.strictObject({
    kind: z.literal('regenerate'),
    conversationId: id,
    questionId: id,
    answerId: id,
    model: modelName.optional(),
  }),
  z.strictObject({
    kind: z.literal('continue'),
    conversationId: id,
    answerId: id,
    runId: id,
  }),
])
export type SendRequest = z.infer<typeof sendRequest>

const title = z
  .string()
  .transform((text) => text.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(z.string().min(1).max(MAX_TITLE_CHARS))

/**
 * `PATCH /api/conversations/{id}`: renames, pins, archives, deletes, or undoes that, or changes settings. `revision` is the one on which the
 * change was made: on another, nothing is changed and the answer is a 409 with a {@link StaleAnswer}. Showing another
 * branch (`activeLeafId` alone) needs none, since nothing is lost by it: the last one is shown. Answers with the
 * changed {@link Conversation}, and a shown branch with 204.
 */
export const patchConversation = z
  .strictObject({
    activeLeafId: id.optional(),
    revision: z.int32().min(0).optional(),
    title: title.optional(),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
    deleted: z.boolean().optional(),
    folderId: id.nullable().optional(),
    settings: settingsChange.optional(),
  })
  .transform(
    ({ activeLeafId, revision, ...change }, context): { activeLeafId: string } | ConversationChange => {
      const refuse = (field: string, message: string) => {
        context.addIssue({ code: 'custom', path: [field], message })
        return z.NEVER
      }
      const changes = Object.values(change).filter((value) => value !== undefined).length
      if (activeLeafId !== undefined)
        return changes > 0 ? refuse('activeLeafId', 'must be alone') : { activeLeafId }
      if (changes === 0) return refuse('revision', 'must come with a change')
      return revision === undefined ? refuse('revision', 'must be given') : { revision, ...change }
    },
  )

/**
 * `POST /api/conversations/{id}/forks`: a new conversation out of the branch that ends in `messageId`. Its `id` makes it
 * one, however often it is asked for. Answers with the new {@link Conversation}.
 */
export const forkRequest = z.strictObject({ id, messageId: id, title })
export type ForkRequest = z.infer<typeof forkRequest>

/** `PUT /api/messages/{id}/rating`: what one thinks of an answer; null takes it back. Answers with 204. */
export const ratingRequest = z.strictObject({ rating: rating.nullable() })

/** A change of a conversation by its owner, and the revision it was made on. */
export interface ConversationChange {
  revision: number
  title?: string
  pinned?: boolean
  archived?: boolean
  deleted?: boolean
  /** Null takes it out of its folder; so does a folder that is not the owner's. */
  folderId?: string | null
  settings?: SettingsChange
}

/**
 * `POST /api/conversations/changes`: does the same to many. None of it overwrites what somebody wrote, so no revision is
 * asked for. Answers with `{ conversations }`, those that are the owner's, as they are now.
 */
export const changesRequest = z.strictObject({
  ids: z.array(id).min(1).max(500),
  change: z.union([
    z.strictObject({ archived: z.boolean() }),
    z.strictObject({ deleted: z.boolean() }),
    z.strictObject({ folderId: id.nullable() }),
  ]),
})
export type ChangesRequest = z.infer<typeof changesRequest>

/** The 409 of a change that was made on an old revision, with the conversation as it is now. */
export interface StaleAnswer extends ApiError {
  conversation: Conversation
}

/**
 * `POST /api/search`, and not a GET, because what people look for has no business in the log of a proxy. Asks for more
 * by asking again with a higher limit.
 */
export const searchRequest = z.strictObject({
  query: z.string().max(200),
  limit: z.int().min(1).max(200).default(20),
})
export type SearchRequest = z.input<typeof searchRequest>

/** A text with its matches as UTF-16 offsets, in order and without overlaps. */
export interface Highlighted {
  text: string
  ranges: [from: number, to: number][]
}

/** A conversation that was found, at its newest match: a message, or with `messageId` null its title alone. */
export interface SearchHit {
  conversation: Conversation
  messageId: string | null
  title: Highlighted
  snippet: Highlighted | null
}

export interface SearchAnswer {
  hits: SearchHit[]
  more: boolean
}

/** `callId` names the call of the tool that makes the image; `image` is a small one, as a `data:` URL. */
export interface Preview {
  type: 'preview'
  callId: string
  image: string
}

/**
 * An event of a run, one SSE message each; the SSE `id` is its sequence number. `GET /api/messages/{id}/events?after=N`
 * (or `Last-Event-ID`) gives what came after N.
 * - `start` the question is stored; `conversation` and `message` are as they stand now, and replace what a reader had.
 *   The first event of a connection, unless the reader named a sequence number from which it can go on.
 *   In a temporary chat there is no conversation.
 * - `delta`, `part`, `cite` and `thought` what the answer has grown by, at its end; see {@link Increment}.
 * - `preview` how an image looks that is being made. It is shown to those who are there, and is no part of the answer.
 * - `end` the run is over; nothing follows. A connection that closes without it is to be attached again.
 */
export type RunEvent =
  | { type: 'start'; conversation: Conversation | null; message: Message }
  | Increment
  | Preview
  | {
      type: 'end'
      status: Exclude<MessageStatus, 'running'>
      error: RunError | null
      model: string | null
      /** As in {@link Message}. */
      contextFrom?: string | undefined
      /** The answer to the question that had waited for this end. */
      nextId?: string
      /** As it is by now, where it was given a title meanwhile. */
      conversation?: Conversation
    }

/**
 * How a run went, for whoever wants to know what an answer is made of. `GET /api/messages/{id}/receipts` gives those of an
 * answer; `GET /api/messages/{id}/raw?run={runId}` gives upstream's response byte for byte, to which `rawSha256` belongs.
 * What nobody told is null.
 */
export interface Receipt {
  runId: string
  /** 0 is the first run; each continuation is one more. */
  number: number
  modelAsked: string | null
  modelAnswered: string | null
  /** The model that the site asked instead, because the one asked for was not to be had. */
  modelServed: string | null
  upstream: string | null
  /** How often the site asked upstream. */
  attempts: number | null
  requestId: string | null
  httpStatus: number | null
  startedAt: number
  firstTokenMs: number | null
  durationMs: number
  tokens: Record<'input' | 'cached' | 'output' | 'reasoning', number | null> | null
  rawBytes: number
  rawSha256: string | null
  /** False when there was no response, or one too long to be kept. */
  isRawKept: boolean
}

/** The body of every error answer of the site's own API (not of `/v1`, whose errors have OpenAI's shape). */
export interface ApiError {
  error: { code: string; message: string; field?: string }
}
