import { z } from 'zod'
import type { MessageStatus } from '../contract.ts'
import type { SourcePart, TextPart } from '../parts.ts'
import { shareLifetimes } from './share-lifetimes.ts'

/** What travels about shares between the browser and the site. Times are Unix milliseconds. */

/** `POST /api/shares`: the branch that ends in `leafId`, as it is now. Answers with a {@link Share}. */
export const shareRequest = z.strictObject({
  conversationId: z.uuid(),
  leafId: z.uuid(),
  lifetimeDays: z.union(shareLifetimes.map((days) => z.literal(days))),
})
export type ShareRequest = z.infer<typeof shareRequest>

/** A share as its owner sees it. Its page is `/share/{id}`. */
export interface Share {
  id: string
  conversationId: string
  title: string
  createdAt: number
  expiresAt: number | null
}

/** A message as readers see it: what was asked and answered, and of whom, and nothing that would lead back to its owner. */
export interface SharedMessage {
  role: 'user' | 'assistant'
  parts: (TextPart | SourcePart)[]
  status: Exclude<MessageStatus, 'running'>
  model: string | null
  /** How many files of the message its owner kept. */
  files: number
}

/** What readers get. */
export interface SharedBranch {
  title: string
  createdAt: number
  messages: SharedMessage[]
}
