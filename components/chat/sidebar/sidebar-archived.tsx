'use client'

import { ArrowLeft } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { loadArchived } from '../conversation-actions.ts'
import { Rows } from './sidebar-rows.tsx'

/** Conversations that were put away. */
export function ArchivedList(props: {
  conversationId: string | null
  onChosen?: () => void
  onBack: () => void
}) {
  const store = useStore()
  const { sidebar } = useTexts()
  const conversations = useChat((state) => state.conversations)
  const back = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    back.current?.focus()
    // Those that are known are shown all the same.
    void loadArchived(store).catch(() => undefined)
  }, [store])
  const archived = conversations.filter(({ archivedAt }) => archivedAt !== null)
  return (
    <section aria-label={sidebar.archived}>
      <button
        ref={back}
        type="button"
        className="sidebar-entry"
        aria-label={sidebar.back}
        onClick={props.onBack}
      >
        <ArrowLeft size={15} aria-hidden />
        {sidebar.archived}
      </button>
      {archived.length === 0 && <p className="px-3 py-4 text-muted text-sm">{sidebar.archivedEmpty}</p>}
      <Rows conversations={archived} conversationId={props.conversationId} onChosen={props.onChosen} />
    </section>
  )
}
