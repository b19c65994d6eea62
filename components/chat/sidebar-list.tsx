'use client'

import { Archive } from 'lucide-react'
import { lazy, Suspense, useMemo, useState, useSyncExternalStore } from 'react'
import { useChat, useSite, useTexts } from './chat-context.ts'
import { groupByDay } from './group-by-day.ts'
import { Rows } from './sidebar-rows.tsx'

const loadArchived = () => import('./sidebar-archived.tsx')
const ArchivedList = lazy(async () => ({ default: (await loadArchived()).ArchivedList }))

export interface ListProps {
  conversationId: string | null
  /** The server's clock when it made the page, so that both sides group alike. */
  now: number
  /** A conversation was chosen; the drawer closes. */
  onChosen?: () => void
}

/** The conversations: pinned ones, then by day, and behind the last one the way to those that were put away. */
export function ConversationList({ conversationId, now, onChosen }: ListProps) {
  const { locale } = useSite()
  const { sidebar } = useTexts()
  const conversations = useChat((state) => state.conversations)
  const timeZone = useTimeZone()
  const [showsArchived, setShowsArchived] = useState(false)
  const groups = useMemo(() => {
    const current = conversations.filter(({ archivedAt }) => archivedAt === null)
    const pinned = current.filter(({ pinnedAt }) => pinnedAt !== null)
    pinned.sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0))
    const others = current.filter(({ pinnedAt }) => pinnedAt === null)
    const days = groupByDay(others, now, timeZone, locale)
    return pinned.length > 0 ? [{ label: sidebar.pinned, conversations: pinned }, ...days] : days
  }, [conversations, now, timeZone, locale, sidebar.pinned])

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
      </nav>
    )
  }
  return (
    <nav aria-label={sidebar.label} className="sidebar-list">
      {groups.length === 0 && <p className="px-3 py-4 text-muted text-sm">{sidebar.empty}</p>}
      {groups.map(({ label, conversations: ofGroup }) => (
        <section key={label} aria-label={label}>
          <h2 className="sidebar-heading">{label}</h2>
          <Rows conversations={ofGroup} conversationId={conversationId} onChosen={onChosen} />
        </section>
      ))}
      <button
        type="button"
        className="sidebar-entry mt-3"
        onPointerEnter={() => void loadArchived().catch(() => undefined)}
        onClick={() => setShowsArchived(true)}
      >
        <Archive size={15} aria-hidden />
        {sidebar.archived}
      </button>
    </nav>
  )
}

const noChange = () => () => undefined

/** The reader's time zone; UTC in the server's page, which does not know it, and until the page's script runs. */
function useTimeZone(): string {
  return useSyncExternalStore(
    noChange,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  )
}
