import type { Conversation } from '#lib/chat/contract.ts'
import type { Folder, FolderChange } from '#lib/chat/folder-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { folderTexts } from '#lib/i18n/rooms/folders.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { moveMany, offerUndo } from '../state/many-changes.ts'
import { newId } from '../state/new-id.ts'
import { postJson, requestJson } from '../state/run-client.ts'

type Words = (typeof folderTexts)['en']

const put = (store: ChatStore, folder: Folder) =>
  store.update((state) => ({
    ...state,
    folders: [...state.folders.filter(({ id }) => id !== folder.id), folder],
  }))
const take = (store: ChatStore, id: string) =>
  store.update((state) => ({ ...state, folders: state.folders.filter((folder) => folder.id !== id) }))
const tellNotSaved = (store: ChatStore) =>
  store.update((state) => ({ ...state, notice: { kind: 'notSaved' } }))

/** Makes a folder, with these conversations in it, whose name is then written in the list. */
export async function addFolder(
  store: ChatStore,
  words: Words,
  conversations: readonly Conversation[],
): Promise<void> {
  const folder = { id: newId(), name: words.newName, isCollapsed: false }
  if (!(await storeFolder(store, folder))) return
  store.update((state) => ({ ...state, namingFolderId: folder.id }))
  await moveMany(store, conversations, folder.id)
}

/** Stores a folder; false, and told, when that failed. */
async function storeFolder(store: ChatStore, { id, name, isCollapsed }: Folder): Promise<boolean> {
  try {
    put(store, await requestJson<Folder>('/api/folders', postJson({ id, name })))
  } catch {
    tellNotSaved(store)
    return false
  }
  if (isCollapsed) await changeFolder(store, { id, name, isCollapsed: false }, { isCollapsed })
  return true
}

/** Renames a folder, or folds it. */
export async function changeFolder(store: ChatStore, folder: Folder, change: FolderChange): Promise<void> {
  put(store, {
    ...folder,
    name: change.name ?? folder.name,
    isCollapsed: change.isCollapsed ?? folder.isCollapsed,
  })
  try {
    await requestJson(`/api/folders/${folder.id}`, { ...postJson(change, 'PATCH'), keepalive: true })
  } catch {
    put(store, folder)
    tellNotSaved(store)
  }
}

/** Deletes a folder; its conversations stay. Undoing it makes it anew, with what was in it. */
export async function deleteFolder(store: ChatStore, folder: Folder, words: Words): Promise<void> {
  const inside = store.getState().conversations.filter(({ folderId }) => folderId === folder.id)
  take(store, folder.id)
  try {
    await requestJson(`/api/folders/${folder.id}`, { method: 'DELETE' })
  } catch {
    put(store, folder)
    return tellNotSaved(store)
  }
  offerUndo(store, fill(words.deleted, { name: folder.name }), async () => {
    if (!(await storeFolder(store, folder))) return
    // Here they were never taken out of it.
    await moveMany(
      store,
      inside.map((one) => ({ ...one, folderId: null })),
      folder.id,
    )
  })
}
