'use client'

import { ArrowUp, Square } from 'lucide-react'
import { useState } from 'react'
import { useStore, useTexts } from './chat-context.ts'

/** Sends, or in the same place stops what is being written in `conversationId`. */
export function SendButton({ conversationId, isLit }: { conversationId: string | null; isLit: boolean }) {
  const { composer } = useTexts()
  if (conversationId !== null) return <StopButton conversationId={conversationId} />
  return (
    <button
      type="submit"
      className="send-button"
      aria-label={composer.send}
      title={composer.send}
      aria-disabled={!isLit}
    >
      <ArrowUp size={20} aria-hidden />
    </button>
  )
}

function StopButton({ conversationId }: { conversationId: string }) {
  const store = useStore()
  const { composer } = useTexts()
  const [stopping, setStopping] = useState(false)
  const label = stopping ? composer.stopping : composer.stop
  return (
    <button
      type="button"
      className="send-button"
      data-stop
      aria-label={label}
      title={label}
      aria-disabled={stopping}
      onClick={async () => {
        setStopping(true)
        await store.stop(conversationId)
        setStopping(false)
      }}
    >
      <Square size={14} fill="currentColor" aria-hidden />
    </button>
  )
}
