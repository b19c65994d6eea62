import type { ChatStore } from '../state/chat-store.ts'

/** From where Shift selects: the conversation that was selected last, or the open one. */
let anchorId: string | null = null

/** Selects a conversation, or no longer; the first one begins a selection. */
export function toggleSelected(store: ChatStore, id: string): void {
  anchorId = id
  store.update((state) => {
    const selectedIds = new Set(state.selectedIds)
    if (!selectedIds.delete(id)) selectedIds.add(id)
    return { ...state, selectedIds }
  })
}

/** Selects everything from the last selected one to this one. `shownIds` are those in the list, in its order. */
export function selectThrough(
  store: ChatStore,
  id: string,
  openId: string | null,
  shownIds: readonly string[],
): void {
  const from = shownIds.indexOf(anchorId ?? openId ?? id)
  const to = shownIds.indexOf(id)
  const span = from < 0 ? [id] : shownIds.slice(Math.min(from, to), Math.max(from, to) + 1)
  store.update((state) => ({ ...state, selectedIds: new Set([...(state.selectedIds ?? []), ...span]) }))
}

export function endSelection(store: ChatStore): void {
  anchorId = null
  store.update((state) => (state.selectedIds === null ? state : { ...state, selectedIds: null }))
}
