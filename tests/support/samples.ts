import type { Conversation, Message } from '#lib/chat/contract.ts'

/** An answer without a word, of which a test says what it is about. */
export const sampleMessage = (over: Partial<Message> = {}): Message => ({
  id: 'a',
  parentId: null,
  role: 'assistant',
  parts: [],
  status: 'complete',
  error: null,
  model: null,
  createdAt: 0,
  ...over,
})

/** A conversation in the list, of which a test says what it is about. */
export const sampleConversation = (over: Partial<Conversation> = {}): Conversation => ({
  id: 'c',
  title: 'Hello',
  titleSource: 'question',
  settings: {},
  pinnedAt: null,
  archivedAt: null,
  folderId: null,
  deletedAt: null,
  activeLeafId: null,
  revision: 0,
  createdAt: 0,
  updatedAt: 0,
  ...over,
})
