import { z } from 'zod'
import { MAX_QUESTION_CHARS } from './parts.ts'

/**
 * Questions that wait for the answer before them. `POST /api/queue` takes what `POST /api/chat` would take for a question
 * below a running answer; the queue of a conversation is part of its detail.
 */

/** More would be a program's. */
export const MAX_QUEUED = 20

/**
 * Why a question waits for a person instead of being asked: it is being `edited`; the answer before it broke off
 * (`answer`); it was to be asked with a key that was not kept (`key`); the site refused it, and `detail` says why.
 */
export const holding = z.strictObject({
  reason: z.enum(['edited', 'answer', 'key', 'refused']),
  detail: z.string().optional(),
})
export type Holding = z.infer<typeof holding>

export interface QueuedQuestion {
  /** Of the question, once it is asked. */
  id: string
  answerId: string
  text: string
  files: { id: string; name: string }[]
  model: string | null
  /** Counts its changes. */
  revision: number
  held: Holding | null
}

/**
 * `PATCH /api/queue/{id}`: `isHeld` while it is being edited; with `text` it asks for something else, if nobody changed it
 * since `revision`; `isNow` asks it whatever became of the answer before it, unless that is still being written. Answers with {@link QueueAnswer}; a 409 when it was changed, a 404 when it waits no longer.
 */
export const queuedChange = z.strictObject({
  revision: z.int32().min(0),
  isHeld: z.boolean(),
  isNow: z.boolean().optional(),
  text: z.string().max(MAX_QUESTION_CHARS).optional(),
})
export type QueuedChange = z.infer<typeof queuedChange>

/** What became of it: `isAsked` when its turn had come already, so that it is a message now. */
export interface QueueAnswer {
  queue: QueuedQuestion[]
  isAsked: boolean
}
