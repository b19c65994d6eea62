import type { Conversation } from '#lib/chat/contract.ts'
import type { Folder } from '#lib/chat/folder-contract.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { sortFolders } from './sort-folders.ts'

export interface Arranged {
  /** Last pinned first, from whatever folder. */
  pinned: Conversation[]
  /** By name, each with what is in it and not pinned. */
  folders: { folder: Folder; conversations: Conversation[] }[]
  /** In no folder, or in one that was deleted meanwhile. */
  others: Conversation[]
}

/** Conversations in use, each at the one place of the list where it is to be found. Their order is kept. */
export function arrange(
  conversations: readonly Conversation[],
  folders: readonly Folder[],
  locale: Locale,
): Arranged {
  const inside = new Map(folders.map(({ id }) => [id, [] as Conversation[]]))
  const [pinned, others]: [Conversation[], Conversation[]] = [[], []]
  for (const conversation of conversations) {
    if (conversation.archivedAt !== null) continue
    if (conversation.pinnedAt !== null) pinned.push(conversation)
    else (inside.get(conversation.folderId ?? '') ?? others).push(conversation)
  }
  pinned.sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0))
  const arranged = sortFolders(folders, locale).map((folder) => ({
    folder,
    conversations: inside.get(folder.id) ?? [],
  }))
  return { pinned, folders: arranged, others }
}

/** So many folders stand above the days at most; of more, so many stay in sight. */
const MAX_IN_SIGHT = 8
const IN_SIGHT = 6

/**
 * The ids of the folders that stand behind "more", so that the days are not far down: of many, all but `latestId` and those
 * that were asked in last.
 */
export function foldersBehind(folders: Arranged['folders'], latestId: string | undefined): Set<string> {
  if (folders.length <= MAX_IN_SIGHT) return new Set()
  const lastUsed = ({ folder, conversations }: Arranged['folders'][number]) =>
    folder.id === latestId
      ? Number.POSITIVE_INFINITY
      : Math.max(0, ...conversations.map(({ updatedAt }) => updatedAt))
  const byUse = folders.map((one) => ({ id: one.folder.id, at: lastUsed(one) })).sort((a, b) => b.at - a.at)
  return new Set(byUse.slice(IN_SIGHT).map(({ id }) => id))
}
