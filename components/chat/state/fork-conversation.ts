import type { Conversation, Message } from '#lib/chat/contract.ts'
import { MAX_TITLE_CHARS } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { openConversation } from '../navigation.ts'
import { withConversation } from './chat-state.ts'
import type { ChatStore } from './chat-store.ts'
import { newId } from './new-id.ts'
import { postJson, requestJson } from './run-client.ts'

/** So often the same fork is asked for before the person is told; its id makes it one. */
const ATTEMPTS = 3

/**
 * Makes a conversation out of the branch that ends in `message` and opens it. One that ends in a question is answered there.
 * `named` is the pattern of its title.
 */
export async function forkConversation(
  store: ChatStore,
  conversationId: string,
  message: Message,
  named: string,
): Promise<void> {
  const from = store.getState().conversations.find(({ id }) => id === conversationId)
  const body = { id: newId(), messageId: message.id, title: forkTitle(from?.title ?? '', named) }
  const fork = await requestFork(`/api/conversations/${conversationId}/forks`, body)
  if (fork === null) {
    store.update((state) => ({ ...state, notice: { kind: 'notSaved' } }))
    return
  }
  store.update((state) => withConversation(state, fork))
  openConversation(fork.id)
  if (message.role !== 'user' || fork.activeLeafId === null) return
  await store.open(fork.id)
  store.regenerate(fork.id, fork.activeLeafId)
}

async function requestFork(path: string, body: unknown): Promise<Conversation | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      return await requestJson<Conversation>(path, postJson(body))
    } catch {
      // Told by the caller, when the last one fails.
    }
  }
  return null
}

/** The fork of a fork is called like it, and no title becomes longer than one may be. */
export function forkTitle(title: string, named: string): string {
  const suffix = fill(named, { title: '' })
  if (title.endsWith(suffix)) return title
  return fill(named, { title: title.slice(0, MAX_TITLE_CHARS - suffix.length) })
}
