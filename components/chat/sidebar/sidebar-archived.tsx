'use client'

import { ArrowLeft } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { LoadFailed } from '#components/ui/load-failed.tsx'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { loadArchived } from '../state/conversation-actions.ts'
import { Rows } from './sidebar-rows.tsx'

/** Conversations that were put away. */
export function ArchivedList(props: {
  conversationId: string | null
  onChosen?: () => void
  onBack: () => void
}) {
  const store = useStore()
  const { sidebar, search } = useTexts()
  const [loading, setLoading] = useState<'under way' | 'done' | 'failed'>('under way')
  const conversations = useChat((state) => state.conversations)
  const back = useRef<HTMLButtonElement>(null)
  const load = useCallback(() => {
    setLoading('under way')
    // Those that are known are shown all the same.
    loadArchived(store).then(
      () => setLoading('done'),
      () => setLoading('failed'),
    )
  }, [store])
  useEffect(() => {
    back.current?.focus()
    load()
  }, [load])
  const archived = conversations.filter(({ archivedAt }) => archivedAt !== null)
  return (
    <section aria-label={sidebar.archived}>
      <button
        ref={back}
        type="button"
        className="sidebar-entry"
        aria-label={`${sidebar.archived} · ${sidebar.back}`}
        onClick={props.onBack}
      >
        <ArrowLeft size={15} aria-hidden />
        {sidebar.archived}
      </button>
      {archived.length === 0 && loading === 'done' && (
        <p className="px-3 py-4 text-muted text-sm">{sidebar.archivedEmpty}</p>
      )}
      {loading === 'failed' && (
        <LoadFailed words={sidebar.archivedFailed} retry={search.retry} onRetry={load} />
      )}
      <Rows conversations={archived} conversationId={props.conversationId} onChosen={props.onChosen} />
    </section>
  )
}
