import type { Conversation, Message } from '../contract.ts'
import type { ConversationSettings } from '../conversation-settings.ts'

/** A question and its answer as they are stored, and what is to be started for them. */
export interface Turn {
  conversation: Conversation
  answer: Message
  /** The run that is to be started; null when this very request was stored before and its run exists already. */
  run: { id: string; number: number; settings: ConversationSettings } | null
}

/** A question of the queue, whose turn has come. */
export interface QueuedTurn {
  kind: 'queued'
  id: string
  conversationId: string
  answerId: string
}
