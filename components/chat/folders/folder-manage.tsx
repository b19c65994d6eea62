'use client'

import { Check, Folder as FolderIcon, FolderPlus, PenLine, SquarePen, Trash2 } from 'lucide-react'
import type { RefObject } from 'react'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import type { Folder } from '#lib/chat/folder-contract.ts'
import { MAX_FOLDER_NAME_CHARS } from '#lib/chat/parts.ts'
import { folderTexts } from '#lib/i18n/rooms/folders.ts'
import { useChat, useReading, useStore } from '../chat-context.ts'
import { moveMany } from '../state/many-changes.ts'
import { NameBox } from '../typing/name-box.tsx'
import { addFolder, changeFolder, deleteFolder } from './folder-actions.ts'
import { sortFolders } from './sort-folders.ts'

const useWords = () => folderTexts[useReading().locale]
const sign = { size: 15, 'aria-hidden': true } as const

interface Anchored {
  anchor: RefObject<HTMLElement | null>
  onClose: () => void
}

/** What can be done with a folder. */
export function FolderMenu({
  folder,
  onNewChat,
  ...props
}: Anchored & { folder: Folder; onNewChat: () => void }) {
  const store = useStore()
  const words = useWords()
  return (
    <Menu {...props}>
      <MenuItem icon={<SquarePen {...sign} />} onChoose={onNewChat}>
        {words.newChat}
      </MenuItem>
      <MenuItem
        icon={<PenLine {...sign} />}
        onChoose={() => store.update((state) => ({ ...state, namingFolderId: folder.id }))}
      >
        {words.rename}
      </MenuItem>
      <MenuItem
        icon={<Trash2 {...sign} />}
        isDangerous
        onChoose={() => void deleteFolder(store, folder, words)}
      >
        {words.delete}
      </MenuItem>
    </Menu>
  )
}

/** A new folder, and those into which conversations can be moved. */
export function MoveMenu(props: Anchored & { conversations: readonly Conversation[]; onMoved?: () => void }) {
  const { conversations, onMoved } = props
  const store = useStore()
  const { locale } = useReading()
  const words = folderTexts[locale]
  const folders = sortFolders(
    useChat((state) => state.folders),
    locale,
  )
  const isIn = (id: string | null) => conversations.every(({ folderId }) => folderId === id)
  const move = (id: string | null) => {
    void moveMany(store, conversations, id)
    onMoved?.()
  }
  return (
    <Menu anchor={props.anchor} onClose={props.onClose}>
      {/* First, so that it need not be looked for below many. */}
      <MenuItem
        icon={<FolderPlus {...sign} />}
        onChoose={() => {
          void addFolder(store, words, conversations)
          onMoved?.()
        }}
      >
        {words.create}
      </MenuItem>
      {!isIn(null) && (
        <MenuItem icon={<span className="w-[15px]" />} onChoose={() => move(null)}>
          {words.none}
        </MenuItem>
      )}
      {folders.map(({ id, name }) => (
        <MenuItem
          key={id}
          icon={isIn(id) ? <Check {...sign} /> : <FolderIcon {...sign} />}
          isCurrent={isIn(id)}
          onChoose={() => move(id)}
        >
          {name}
        </MenuItem>
      ))}
    </Menu>
  )
}

/** The name of a folder, to be written in its place. */
export function FolderNameBox({ folder }: { folder: Folder }) {
  const store = useStore()
  const words = useWords()
  return (
    <NameBox
      label={words.name}
      name={folder.name}
      maxLength={MAX_FOLDER_NAME_CHARS}
      onDone={(name) => {
        store.update((state) => ({ ...state, namingFolderId: null }))
        if (name !== null) void changeFolder(store, folder, { name })
      }}
    />
  )
}
