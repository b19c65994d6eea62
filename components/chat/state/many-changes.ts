import type { ChangesRequest, Conversation } from '#lib/chat/contract.ts'
import { openConversation } from '../navigation.ts'
import { withConversation, withoutView } from './chat-state.ts'
import type { ChatStore } from './chat-store.ts'
import { postJson, requestJson } from './run-client.ts'

type Change = ChangesRequest['change']

/** Puts conversations away, which can be undone from the notice. `told` is what the notice says. */
export async function archiveMany(
  store: ChatStore,
  some: readonly Conversation[],
  told: string,
): Promise<void> {
  const changed = await changeMany(store, some, { archived: true })
  if (changed) offerUndo(store, told, () => changeMany(store, changed, { archived: false }))
}

/** Puts conversations that were put away back into the list. */
export async function restoreMany(store: ChatStore, some: readonly Conversation[]): Promise<void> {
  await changeMany(store, some, { archived: false })
}

/** Deletes conversations, which can be undone from the notice; answers that are being written in them are stopped. */
export async function deleteMany(
  store: ChatStore,
  some: readonly Conversation[],
  openId: string | null,
  told: string,
): Promise<void> {
  for (const { id } of some) void store.stop(id)
  const changed = await changeMany(store, some, { deleted: true })
  if (!changed) return
  const wasOpen = changed.some(({ id }) => id === openId)
  if (wasOpen) openConversation(null)
  // Whoever comes back to their addresses is told that they are gone.
  store.update((state) => changed.reduce((now, { id }) => withoutView(now, id), state))
  offerUndo(store, told, async () => {
    const restored = await changeMany(store, changed, { deleted: false })
    if (restored && wasOpen) openConversation(openId)
  })
}

/** Moves conversations into a folder, or with null out of any. */
export async function moveMany(
  store: ChatStore,
  some: readonly Conversation[],
  folderId: string | null,
): Promise<void> {
  await changeMany(
    store,
    some.filter((one) => one.folderId !== folderId),
    { folderId },
  )
}

export function offerUndo(store: ChatStore, text: string, undo: () => Promise<unknown>): void {
  store.update((state) => ({ ...state, notice: { kind: 'undoable', text, undo } }))
}

/** Most conversations that one request may name. */
const BATCH = 500

/** Shows the change at once and makes it. Null when it could not be made: then everything is shown as it was. */
async function changeMany(
  store: ChatStore,
  some: readonly Conversation[],
  change: Change,
): Promise<Conversation[] | null> {
  const show = (all: readonly Conversation[]) => store.update((state) => all.reduce(withConversation, state))
  show(some.map((one) => changed(one, change)))
  const done: Conversation[] = []
  try {
    for (let at = 0; at < some.length; at += BATCH) {
      const ids = some.slice(at, at + BATCH).map(({ id }) => id)
      const init = { ...postJson({ ids, change } satisfies ChangesRequest), keepalive: true }
      done.push(...(await requestJson<{ conversations: Conversation[] }>(PATH, init)).conversations)
    }
  } catch {
    show(some)
    show(done)
    store.update((state) => ({ ...state, notice: { kind: 'notSaved' } }))
    return null
  }
  show(done)
  return done
}

const PATH = '/api/conversations/changes'

function changed(one: Conversation, change: Change): Conversation {
  if ('folderId' in change) return { ...one, folderId: change.folderId }
  if ('archived' in change) return { ...one, archivedAt: change.archived ? Date.now() : null }
  return { ...one, deletedAt: change.deleted ? Date.now() : null }
}
