'use client'

import { Archive, ArchiveRestore, Download, FolderInput, Trash2, X } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { IconButton } from '#components/ui/icon-button.tsx'
import type { Conversation } from '#lib/chat/contract.ts'
import { daysIn } from '#lib/i18n/days.ts'
import { fill } from '#lib/i18n/fill.ts'
import { selectionTexts } from '#lib/i18n/rooms/selection.ts'
import { useChat, useReading, useSite, useStore } from '../chat-context.ts'
import { fetchExport } from '../data/fetch-export.ts'
import { saveFile } from '../data/save-file.ts'
import { MoveMenu } from '../folders/folder-manage.tsx'
import { archiveMany, deleteMany, restoreMany } from '../state/many-changes.ts'
import { postJson } from '../state/run-client.ts'
import { endSelection } from './select-conversations.ts'

const sign = { size: 16, 'aria-hidden': true } as const

/** What can be done with the selected conversations. Esc ends the selection, Delete deletes. */
export function SelectionBar({ openId }: { openId: string | null }) {
  const store = useStore()
  const { locale } = useReading()
  const days = daysIn(locale, useSite().days.deleted)
  const words = selectionTexts[locale]
  const selected = useSelected()
  const bar = useRef<HTMLDivElement>(null)
  const moveButton = useRef<HTMLButtonElement>(null)
  const [hasMenu, setMenu] = useState(false)
  const { exportSelected, word } = useExportOf(selected)
  const plural = new Intl.PluralRules(locale).select(selected.length) === 'one' ? 'one' : 'other'
  const say = (forms: { one: string; other: string }) => fill(forms[plural], { count: selected.length, days })
  /** The row in which the keyboard is becomes a link again. */
  const end = () => {
    const row = document.activeElement?.closest('[data-conversation-id]')
    endSelection(store)
    requestAnimationFrame(() => row?.querySelector('a')?.focus())
  }
  const remove = () => {
    void deleteMany(store, selected, openId, say(words.deleted))
    end()
  }
  useListKeys(bar, { Escape: end, Delete: () => selected.length > 0 && remove() })

  const areArchived = selected.length > 0 && selected.every(({ archivedAt }) => archivedAt !== null)
  const putAway = () => {
    if (areArchived) void restoreMany(store, selected)
    else void archiveMany(store, selected, say(words.archived))
    end()
  }
  const isNone = selected.length === 0
  return (
    <div className="selection-bar" ref={bar} role="toolbar" aria-label={words.bar}>
      <p role="status" title={words.hint}>
        {word ?? say(words.count)}
      </p>
      <button
        ref={moveButton}
        type="button"
        className="icon-button"
        aria-label={words.move}
        title={words.move}
        aria-haspopup="menu"
        aria-expanded={hasMenu}
        disabled={isNone}
        onClick={() => setMenu(true)}
      >
        <FolderInput {...sign} />
      </button>
      <IconButton label={areArchived ? words.restore : words.archive} disabled={isNone} onClick={putAway}>
        {areArchived ? <ArchiveRestore {...sign} /> : <Archive {...sign} />}
      </IconButton>
      <IconButton label={words.export} disabled={isNone} onClick={() => void exportSelected()}>
        <Download {...sign} />
      </IconButton>
      <IconButton label={words.delete} className="text-danger" disabled={isNone} onClick={remove}>
        <Trash2 {...sign} />
      </IconButton>
      <IconButton label={words.cancel} onClick={end}>
        <X {...sign} />
      </IconButton>
      {hasMenu && (
        <MoveMenu conversations={selected} anchor={moveButton} onMoved={end} onClose={() => setMenu(false)} />
      )}
    </div>
  )
}

/** Those that are selected and still here, in the order of the list. */
function useSelected(): Conversation[] {
  const ids = useChat((state) => state.selectedIds)
  const conversations = useChat((state) => state.conversations)
  return conversations.filter(({ id }) => ids?.has(id))
}

function useExportOf(selected: readonly Conversation[]) {
  const words = selectionTexts[useReading().locale]
  const [word, setWord] = useState<string | null>(null)
  const exportSelected = async () => {
    setWord(words.exporting)
    try {
      const ids = selected.map(({ id }) => id)
      const { blob, name } = await fetchExport('/api/export', postJson({ conversations: ids }))
      saveFile(blob, name)
      setWord(null)
    } catch {
      setWord(words.exportFailed)
    }
  }
  return { exportSelected, word }
}

/** Keys that work anywhere in the list the bar belongs to. */
function useListKeys(bar: RefObject<HTMLElement | null>, keys: Record<string, () => void>): void {
  useEffect(() => {
    const list = bar.current?.closest('.sidebar-list')
    const onKey = (event: Event) => {
      const action = event instanceof KeyboardEvent ? keys[event.key] : undefined
      const isMenu = event.target instanceof Element && event.target.closest('[popover], input')
      if (!action || isMenu) return
      // Not for the drawer, and not for the answer that is being written.
      event.preventDefault()
      event.stopPropagation()
      action()
    }
    list?.addEventListener('keydown', onKey)
    return () => list?.removeEventListener('keydown', onKey)
  })
}
