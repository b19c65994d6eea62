'use client'

import { ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useChat, useTexts } from '../chat-context.ts'
import { type Arranged, foldersBehind } from './arrange.ts'
import { dropPlace } from './dragged-conversation.ts'
import { FolderSection } from './folder-section.tsx'

export interface FolderListProps {
  folders: Arranged['folders']
  conversationId: string | null
  onChosen?: () => void
  /** Begins a conversation in a folder. */
  onNewChatIn: (folderId: string) => void
}

/**
 * The folders above the days. Of many, those that are used stand here and the others behind a row that opens below itself,
 * so that nothing above it moves. Which they are is settled once: a folder does not leave while one looks.
 */
export function FolderList({ folders, conversationId, onChosen, onNewChatIn }: FolderListProps) {
  const { sidebar } = useTexts()
  const latestId = useChat((state) => state.folders.at(-1)?.id)
  const [behind, setBehind] = useState(() => foldersBehind(folders, latestId))
  const [showsMore, setShowsMore] = useState(false)

  // The conversation that is open is to be seen in the list.
  const around = folders.find(({ conversations }) => conversations.some(({ id }) => id === conversationId))
  if (around && !showsMore && behind.has(around.folder.id)) {
    setBehind(new Set([...behind].filter((id) => id !== around.folder.id)))
  }

  const sections = (some: Arranged['folders']) =>
    some.map(({ folder, conversations }) => (
      <FolderSection
        key={folder.id}
        folder={folder}
        conversations={conversations}
        conversationId={conversationId}
        onChosen={onChosen}
        onNewChat={() => onNewChatIn(folder.id)}
      />
    ))
  const others = folders.filter(({ folder }) => behind.has(folder.id))
  return (
    <section aria-label={sidebar.folders}>
      <h2 className="sidebar-heading">{sidebar.folders}</h2>
      {sections(folders.filter(({ folder }) => !behind.has(folder.id)))}
      {others.length > 0 && (
        <MoreFolders count={others.length} isOpen={showsMore} onToggle={() => setShowsMore(!showsMore)} />
      )}
      {showsMore && sections(others)}
    </section>
  )
}

/** A conversation that is held over it for so long opens it; one that only passes by does not. */
const HELD_MS = 500

function MoreFolders(props: { count: number; isOpen: boolean; onToggle: () => void }) {
  const { count, isOpen, onToggle } = props
  const { sidebar } = useTexts()
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    if (!isOver || isOpen) return
    const timer = setTimeout(onToggle, HELD_MS)
    return () => clearTimeout(timer)
  }, [isOver, isOpen, onToggle])
  return (
    <button
      type="button"
      className="sidebar-entry"
      aria-expanded={isOpen}
      onClick={onToggle}
      {...dropPlace(() => undefined, setOver)}
    >
      <ChevronRight size={14} className="folder-sign" aria-hidden />
      {sidebar.moreFolders}
      <span className="folder-count">{count}</span>
    </button>
  )
}
