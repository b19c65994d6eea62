'use client'

import { ChevronRight, Ellipsis } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import type { Folder } from '#lib/chat/folder-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { Rows } from '../sidebar/sidebar-rows.tsx'
import { dropPlace } from './dragged-conversation.ts'

const loadManaging = () => import('./folder-manage.tsx')
const wantManaging = () => void loadManaging().catch(() => undefined)
const FolderMenu = lazyPart(async () => (await loadManaging()).FolderMenu)
const FolderNameBox = lazyPart(async () => (await loadManaging()).FolderNameBox)

export interface FolderSectionProps {
  folder: Folder
  conversations: readonly Conversation[]
  conversationId: string | null
  onChosen?: () => void
  /** Begins a conversation in it. */
  onNewChat: () => void
}

/** A folder in the list. Conversations are dropped on it, open or not. */
export function FolderSection(props: FolderSectionProps) {
  const { folder, conversations, conversationId, onChosen, onNewChat } = props
  const store = useStore()
  const { sidebar } = useTexts()
  const isNamed = useChat((state) => state.namingFolderId === folder.id)
  const [isOver, setOver] = useState(false)
  const [hasMenu, setMenu] = useState(false)
  const more = useRef<HTMLButtonElement>(null)
  const isOpen = !folder.isCollapsed
  const fold = async () => {
    const { changeFolder } = await import('./folder-actions.ts')
    await changeFolder(store, folder, { isCollapsed: isOpen })
  }
  return (
    <section
      className="folder"
      aria-label={folder.name}
      data-over={isOver || undefined}
      {...dropPlace((id) => void moveHere(store, id, folder.id), setOver)}
    >
      <div className="conversation-row" data-row data-menu={hasMenu || undefined}>
        {isNamed ? (
          <Suspense fallback={<p className="conversation-link">{folder.name}</p>}>
            <FolderNameBox folder={folder} />
          </Suspense>
        ) : (
          <>
            <button
              type="button"
              className="conversation-link folder-name"
              aria-expanded={isOpen}
              onClick={() => void fold()}
            >
              <ChevronRight size={14} className="folder-sign" aria-hidden />
              <span className="truncate">{folder.name}</span>
              <span className="folder-count">{conversations.length}</span>
            </button>
            <button
              ref={more}
              type="button"
              className="row-more"
              aria-label={fill(sidebar.folderMenu, { name: folder.name })}
              aria-haspopup="menu"
              aria-expanded={hasMenu}
              onPointerEnter={wantManaging}
              onFocus={wantManaging}
              onClick={() => setMenu(true)}
            >
              <Ellipsis size={16} aria-hidden />
            </button>
          </>
        )}
        {hasMenu && (
          <Suspense>
            <FolderMenu folder={folder} anchor={more} onClose={() => setMenu(false)} onNewChat={onNewChat} />
          </Suspense>
        )}
      </div>
      {isOpen && conversations.length > 0 && (
        <div className="folder-inside">
          <Rows conversations={conversations} conversationId={conversationId} onChosen={onChosen} />
        </div>
      )}
    </section>
  )
}

/** Moves what was dragged. */
export async function moveHere(
  store: ReturnType<typeof useStore>,
  id: string,
  folderId: string | null,
): Promise<void> {
  const { moveMany } = await import('../state/many-changes.ts')
  await moveMany(
    store,
    store.getState().conversations.filter((one) => one.id === id),
    folderId,
  )
}
