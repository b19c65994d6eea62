'use client'

import { MessageCircleDashed } from 'lucide-react'
import { useEffect } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { beginTemporary, endTemporary, hasWords } from './temporary-chat.ts'

/** At a new chat: whether anything of it is to be kept. */
export function TemporaryToggle({ onChange }: { onChange: () => void }) {
  const store = useStore()
  const { temporary } = useTexts()
  const id = useChat((state) => state.temporaryId)
  return (
    <IconButton
      className="order-1"
      label={id === null ? temporary.begin : temporary.end}
      isPressed={id !== null}
      onClick={() => {
        if (id === null) beginTemporary(store)
        else if (mayForget(store, temporary.sure)) endTemporary(store)
        else return
        onChange()
      }}
    >
      <MessageCircleDashed size={18} aria-hidden />
    </IconButton>
  )
}

/** Whether the temporary chat may be forgotten: asks the person, where something has been said in it. */
export function mayForget(store: ReturnType<typeof useStore>, question: string): boolean {
  const { temporaryId, views } = store.getState()
  return temporaryId === null || !hasWords(views[temporaryId]) || window.confirm(question)
}

/** Leaving the page or loading it anew forgets a temporary chat, so the browser asks first. */
export function useTemporaryWarning(): void {
  const isAtStake = useChat(({ temporaryId, views }) => temporaryId !== null && hasWords(views[temporaryId]))
  useEffect(() => {
    if (!isAtStake) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isAtStake])
}
