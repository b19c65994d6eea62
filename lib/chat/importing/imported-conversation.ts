import type { Message } from '../contract.ts'
import type { ConversationSettings } from '../conversation-settings.ts'

/** Where a file came from, told by its shape. */
export type ImportSource = 'tain' | 'chatgpt' | 'nextchat' | 'open-webui'

/** A conversation as a reader of some format found it. Ids are that format's own. */
export interface ImportedConversation {
  source: ImportSource
  id: string
  /** Null: named by its first question. */
  title: string | null
  titleSource: 'question' | 'model' | 'person'
  createdAt: number | null
  updatedAt: number | null
  pinnedAt: number | null
  archivedAt: number | null
  /** By name. */
  folder?: string | null | undefined
  settings?: ConversationSettings
  activeId: string | null
  messages: ImportedMessage[]
}

export interface ImportedMessage extends Pick<Message, 'id' | 'parentId' | 'role' | 'parts' | 'model'> {
  status: Exclude<Message['status'], 'running'>
  error: Message['error']
  rating?: Message['rating']
  createdAt: number | null
}

/** Why a conversation is not imported. */
export type SkipReason = 'empty' | 'unknown_shape' | 'broken' | 'too_large'

/** A conversation that cannot be imported; the others of its file still can. */
export class ImportRefusal extends Error {
  readonly reason: SkipReason
  constructor(reason: SkipReason) {
    super(`not imported: ${reason}`)
    this.name = 'ImportRefusal'
    this.reason = reason
  }
}

/** Seconds since 1970 as milliseconds, if they are a time that a calendar has. */
export function msOfSeconds(seconds: unknown): number | null {
  return typeof seconds === 'number' ? msOf(seconds * 1_000) : null
}

/** A time in milliseconds, or null when it is none. Nobody's conversation is of the year 275760. */
export function msOf(ms: unknown): number | null {
  return typeof ms === 'number' && ms > 0 && ms < 4_102_444_800_000 ? Math.floor(ms) : null
}

/** Addresses that a page may link to; others are dropped. */
export function isWebUrl(url: unknown): url is string {
  return typeof url === 'string' && url.length < 4_000 && /^https?:\/\/[^\s]+$/i.test(url)
}
