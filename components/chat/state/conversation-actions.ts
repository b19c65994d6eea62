import type { Conversation, ConversationChange, StaleAnswer } from '#lib/chat/contract.ts'
import type { SettingsChange } from '#lib/chat/conversation-settings.ts'
import { openConversation } from '../navigation.ts'
import { noteChange } from './changes-under-way.ts'
import { type Notice, withConversation, withoutView } from './chat-state.ts'
import type { ChatStore } from './chat-store.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { postJson, RequestFailure, requestJson } from './run-client.ts'

type Change = Omit<ConversationChange, 'revision' | 'settings'>
type Answer = { status: 200; conversation: Conversation } | { status: 409; conversation: Conversation }

/** So often somebody else may come first before a change is given up. */
const ATTEMPTS = 5

const show = (store: ChatStore, conversation: Conversation) =>
  store.update((state) => withConversation(state, conversation))
const notify = (store: ChatStore, notice: Notice | null) => store.update((state) => ({ ...state, notice }))

/**
 * Renames, on the title that the person saw. A title that somebody gave it elsewhere in the meantime is not overwritten:
 * it is shown, and the person can choose.
 */
export async function renameConversation(store: ChatStore, seen: Conversation, title: string): Promise<void> {
  await change(store, seen, { title }, { ...seen, title, titleSource: 'person' })
}

/** Keeps it on top of the list, or no longer. */
export async function pinConversation(store: ChatStore, seen: Conversation, pinned: boolean): Promise<void> {
  await change(store, seen, { pinned }, { ...seen, pinnedAt: pinned ? Date.now() : null })
}

/** Puts it away, or back into the list. */
export async function archiveConversation(
  store: ChatStore,
  seen: Conversation,
  archived: boolean,
): Promise<void> {
  const conversation = await change(
    store,
    seen,
    { archived },
    { ...seen, archivedAt: archived ? Date.now() : null },
  )
  if (conversation && archived) notify(store, { kind: 'archived', conversation })
}

/** Deletes it, which can be undone from the notice; an answer that is being written in it is stopped. */
export async function deleteConversation(
  store: ChatStore,
  seen: Conversation,
  wasOpen: boolean,
): Promise<void> {
  void store.stop(seen.id)
  const conversation = await change(store, seen, { deleted: true }, { ...seen, deletedAt: Date.now() })
  if (!conversation) return
  if (wasOpen) openConversation(null)
  // Whoever comes back to its address is told that it is gone.
  store.update((state) => withoutView(state, seen.id))
  notify(store, { kind: 'deleted', conversation, wasOpen })
}

/** Does what the notice offers: undoes a deletion or an archiving, or gives the title that was not taken. */
export async function followNotice(store: ChatStore, notice: Notice): Promise<void> {
  notify(store, null)
  if (notice.kind === 'gone' || notice.kind === 'notSaved') return
  if (notice.kind === 'undoable') return void (await notice.undo())
  const { conversation } = notice
  if (notice.kind === 'renamedElsewhere') await renameConversation(store, conversation, notice.title)
  else if (notice.kind === 'archived') await archiveConversation(store, conversation, false)
  else {
    const restored = await change(
      store,
      conversation,
      { deleted: false },
      { ...conversation, deletedAt: null },
    )
    if (restored && notice.wasOpen) openConversation(restored.id)
  }
}

/** Changes settings, field by field; null takes one back. False when that was not stored. The next question waits for it. */
export function changeSettings(
  store: ChatStore,
  seen: Conversation,
  settings: SettingsChange,
): Promise<boolean> {
  return noteChange(storeSettings(store, seen, settings))
}

async function storeSettings(
  store: ChatStore,
  seen: Conversation,
  settings: SettingsChange,
): Promise<boolean> {
  let { revision } = seen
  try {
    // Fields that are not named stay as somebody else may have set them, so a change on an older revision loses nothing.
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const { status, conversation } = await patch(seen.id, { revision, settings })
      show(store, conversation)
      if (status === 200) return true
      revision = conversation.revision
    }
  } catch {
    // Told below.
  }
  return false
}

export function dismissNotice(store: ChatStore): void {
  notify(store, null)
}

/** Learns of the conversations that were put away. Rejects with {@link RequestFailure}. */
export async function loadArchived(store: ChatStore): Promise<void> {
  const { conversations } = await requestJson<{ conversations: Conversation[] }>(
    '/api/conversations?archived',
  )
  store.update((state) => conversations.reduce(withConversation, state))
}

/**
 * Shows the change at once as `wanted`, and makes it on what the person saw. When the conversation has changed elsewhere
 * meanwhile, the change is made again on what it is now, unless it would overwrite what somebody else wrote. Null when it
 * was not made; what there is instead is then shown, with the reason.
 */
async function change(
  store: ChatStore,
  seen: Conversation,
  change: Change,
  wanted: Conversation,
): Promise<Conversation | null> {
  show(store, wanted)
  let { revision } = seen
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const { status, conversation } = await patch(seen.id, { revision, ...change })
      if (status === 200 || isDone(change, conversation)) {
        show(store, conversation)
        return conversation
      }
      if (change.title !== undefined && overwrites(seen, conversation)) {
        show(store, conversation)
        notify(store, { kind: 'renamedElsewhere', conversation, title: change.title })
        return null
      }
      revision = conversation.revision
    }
    throw new RequestFailure(409, 'stale', 'The conversation keeps changing.')
  } catch (error) {
    const isGone = error instanceof RequestFailure && error.status === 404
    show(store, isGone ? { ...seen, deletedAt: Date.now() } : seen)
    notify(store, isGone ? { kind: 'gone' } : { kind: 'notSaved' })
    return null
  }
}

/** A person gave it another title than the one that was seen. Titles of the site are there to be overwritten. */
const overwrites = (seen: Conversation, current: Conversation) =>
  current.titleSource === 'person' && current.title !== seen.title

/** The change is there already, for instance because only the answer to it was lost. */
function isDone(change: Change, now: Conversation): boolean {
  return (
    (change.title ?? now.title) === now.title &&
    (change.pinned ?? now.pinnedAt !== null) === (now.pinnedAt !== null) &&
    (change.archived ?? now.archivedAt !== null) === (now.archivedAt !== null) &&
    (change.deleted ?? now.deletedAt !== null) === (now.deletedAt !== null)
  )
}

async function patch(id: string, body: ConversationChange): Promise<Answer> {
  const init = { ...postJson(body, 'PATCH'), keepalive: true }
  const response = await fetch(`/api/conversations/${id}`, init).catch((error: unknown) => {
    throw new RequestFailure(0, 'unreachable', String(error))
  })
  // The site's own answers, whose shapes are in the contract.
  if (response.ok) tellOtherTabs({ kind: 'conversations', id })
  if (response.ok) return { status: 200, conversation: (await response.json()) as Conversation }
  const { error, conversation } = (await response.json().catch(() => ({}))) as Partial<StaleAnswer>
  if (response.status === 409 && conversation) return { status: 409, conversation }
  throw new RequestFailure(response.status, error?.code ?? 'unknown', error?.message ?? response.statusText)
}
