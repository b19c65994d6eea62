import { z } from 'zod'
import { chosenTools, modelName } from './conversation-settings.ts'
import { MAX_QUESTION_CHARS } from './parts.ts'

/**
 * A temporary chat lives in one page: the site is sent all of it with each question, and keeps none of it. `POST
 * /api/temporary` answers with an event stream of `RunEvent`s without a conversation, which is the run: it ends with its
 * connection.
 */

/** The longest that all messages together may be, as the JSON they are sent in. */
export const MAX_TEMPORARY_BYTES = 4_000_000

export const temporaryRequest = z.strictObject({
  answerId: z.uuid(),
  /** The branch, first message first. It ends with a question, or with an answer that is to be gone on with. */
  messages: z
    .array(z.strictObject({ role: z.enum(['user', 'assistant']), text: z.string() }))
    .min(1)
    .max(2_000)
    .refine((messages) => messages.every(({ role, text }) => role === 'assistant' || isQuestion(text)), {
      error: 'must be questions of a possible length',
    }),
  model: modelName.optional(),
  tools: chosenTools.optional(),
})
export type TemporaryRequest = z.infer<typeof temporaryRequest>

const isQuestion = (text: string) => text.trim() !== '' && text.length <= MAX_QUESTION_CHARS
