'use client'

import { Archive } from 'lucide-react'
import { type ReactNode, Suspense, useMemo, useState, useSyncExternalStore } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import { useChat, useSite, useStore, useTexts } from '../chat-context.ts'
import { arrange } from '../folders/arrange.ts'
import { dropPlace } from '../folders/dragged-conversation.ts'
import { FolderList } from '../folders/folder-list.tsx'
import { moveHere } from '../folders/folder-section.tsx'
import { groupByDay } from './group-by-day.ts'
import { Rows } from './sidebar-rows.tsx'

const loadArchived = () => import('./sidebar-archived.tsx')
const ArchivedList = lazyPart(async () => (await loadArchived()).ArchivedList)

const SelectionBar = lazyPart(async () => (await import('../selection/selection-bar.tsx')).SelectionBar)

export interface ListProps {
  conversationId: string | null
  /** The server's clock when it made the page, so that both sides group alike. */
  now: number
  /** A conversation was chosen; the drawer closes. */
  onChosen?: () => void
}

/** The conversations: pinned ones, folders, the others by day, and behind the last one the way to those that were put away. */
export function ConversationList({
  conversationId,
  now,
  onChosen,
  onNewChatIn,
}: ListProps & { onNewChatIn: (folderId: string) => void }) {
  const { locale } = useSite()
  const { sidebar } = useTexts()
  const conversations = useChat((state) => state.conversations)
  const timeZone = useTimeZone()
  const [showsArchived, setShowsArchived] = useState(false)
  const known = useChat((state) => state.folders)
  const { pinned, folders, others } = useMemo(
    () => arrange(conversations, known, locale),
    [conversations, known, locale],
  )
  const days = useMemo(() => groupByDay(others, now, timeZone, locale), [others, now, timeZone, locale])
  const rows = { conversationId, onChosen }

  const isSelecting = useChat((state) => state.selectedIds !== null)
  const selection = <Suspense>{isSelecting && <SelectionBar openId={conversationId} />}</Suspense>
  if (showsArchived) {
    return (
      <nav aria-label={sidebar.label} className="sidebar-list">
        <Suspense>
          <ArchivedList
            conversationId={conversationId}
            onChosen={onChosen}
            onBack={() => setShowsArchived(false)}
          />
        </Suspense>
        {selection}
      </nav>
    )
  }
  return (
    <nav aria-label={sidebar.label} className="sidebar-list">
      {pinned.length + folders.length + days.length === 0 && (
        <p className="px-3 py-4 text-muted text-sm">{sidebar.empty}</p>
      )}
      {pinned.length > 0 && <Group label={sidebar.pinned} conversations={pinned} {...rows} />}
      {folders.length > 0 && <FolderList folders={folders} onNewChatIn={onNewChatIn} {...rows} />}
      <Days>
        {days.map((day) => (
          <Group key={day.label} {...day} {...rows} />
        ))}
      </Days>
      <button
        type="button"
        className="sidebar-entry mt-3"
        onPointerEnter={() => void loadArchived().catch(() => undefined)}
        onClick={() => setShowsArchived(true)}
      >
        <Archive size={15} aria-hidden />
        {sidebar.archived}
      </button>
      {selection}
    </nav>
  )
}

interface GroupProps extends Omit<ListProps, 'now'> {
  label: string
  conversations: readonly Conversation[]
}

function Group({ label, ...rows }: GroupProps) {
  return (
    <section aria-label={label}>
      <h2 className="sidebar-heading">{label}</h2>
      <Rows {...rows} />
    </section>
  )
}

/** Conversations in no folder. One that is dropped here leaves its folder. */
function Days({ children }: { children: ReactNode }) {
  const store = useStore()
  const [isOver, setOver] = useState(false)
  return (
    <div
      className="sidebar-days"
      data-over={isOver || undefined}
      {...dropPlace((id) => void moveHere(store, id, null), setOver)}
    >
      {children}
    </div>
  )
}

const noChange = () => () => undefined

let timeZone: string | undefined
/** Asked once: a browser takes a millisecond to tell, and would be asked at every change of the list. */
const zoneOfReader = () => {
  timeZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone
  return timeZone
}

/** The reader's time zone; UTC in the server's page, which does not know it, and until the page's script runs. */
function useTimeZone(): string {
  return useSyncExternalStore(noChange, zoneOfReader, () => 'UTC')
}
