'use client'

import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { daysIn } from '#lib/i18n/days.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useSite, useStore, useTexts } from './chat-context.ts'
import type { Notice } from './state/chat-state.ts'
import { dismissNotice, followNotice } from './state/conversation-actions.ts'

const SHOWN_MS = 12_000

/** What became of a change, with the way back. Stays while somebody is at it; Ctrl/⌘ Z does the same as its button. */
export function NoticeToast({ notice }: { notice: Notice }) {
  const store = useStore()
  const { manage } = useTexts()
  const { days, locale } = useSite()
  const toast = useRef<HTMLDivElement>(null)
  const [isHeld, setHeld] = useState(false)
  const place = useLivePlace()

  // biome-ignore lint/correctness/useExhaustiveDependencies: in another place it is another element.
  useEffect(() => toast.current?.showPopover(), [place])
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => dismissNotice(store), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isHeld, store])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z'
      const isWriting = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(event.target.tagName)
      const writes = isWriting && (event.target as HTMLInputElement).value !== '' // one of the two by the line before
      if (!isUndo || writes || !/^(deleted|archived|undoable)$/.test(notice.kind)) return
      event.preventDefault()
      void followNotice(store, notice)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [notice, store])

  const { text, action } = wordsOf(notice, manage, daysIn(locale, days.deleted))
  return createPortal(
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done by them, it only stays longer.
    <div
      ref={toast}
      popover="manual"
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p role="status" className="min-w-0 grow py-2">
        {text}
      </p>
      {action && (
        <button type="button" className="toast-action" onClick={() => void followNotice(store, notice)}>
          {action}
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={manage.dismiss}
        title={manage.dismiss}
        onClick={() => dismissNotice(store)}
      >
        <X size={16} aria-hidden />
      </button>
    </div>,
    place,
  )
}

/** The open drawer, since it makes everything outside of it inert; else the page. */
function useLivePlace(): HTMLElement {
  const find = () => document.querySelector<HTMLElement>('dialog[open]') ?? document.body
  const [place, setPlace] = useState(find)
  useEffect(() => {
    const onClose = () => setPlace(document.body)
    place.addEventListener('close', onClose)
    return () => place.removeEventListener('close', onClose)
  }, [place])
  return place
}

type Words = ReturnType<typeof useTexts>['manage']

function wordsOf(notice: Notice, manage: Words, days: string): { text: string; action?: string } {
  switch (notice.kind) {
    case 'deleted':
      return { text: fill(manage.deleted, { days }), action: manage.undo }
    case 'archived':
      return { text: manage.archivedNow, action: manage.undo }
    case 'undoable':
      return { text: notice.text, action: manage.undo }
    case 'renamedElsewhere':
      return {
        text: fill(manage.renamedElsewhere, { title: notice.conversation.title }),
        action: fill(manage.useMine, { title: notice.title }),
      }
    case 'gone':
    case 'notSaved':
      return { text: manage[notice.kind] }
  }
}
