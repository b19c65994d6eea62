'use client'

import { ArrowUp, Square } from 'lucide-react'
import { useState } from 'react'
import { useStore, useTexts } from '../chat-context.ts'
import { focusComposer } from '../typing/focus-composer.ts'

/**
 * Sends, or in the same place stops what is being written in `conversationId`. Whoever types meanwhile can send what they
 * have typed, to be asked afterwards; stopping is beside it then.
 */
export function SendButton(props: {
  conversationId: string | null
  isLit: boolean
  /** What is sent while an answer is being written can wait for its end. */
  mayQueue: boolean
}) {
  const { conversationId } = props
  const { composer } = useTexts()
  const isRunning = conversationId !== null
  const isLit = props.isLit && (!isRunning || props.mayQueue)
  const label = isRunning ? composer.queue : composer.send
  return (
    <>
      {isRunning && <StopButton conversationId={conversationId} isBeside={isLit} />}
      {(!isRunning || isLit) && (
        <button type="submit" className="send-button" aria-label={label} title={label} aria-disabled={!isLit}>
          <ArrowUp size={20} aria-hidden />
        </button>
      )}
    </>
  )
}

function StopButton({ conversationId, isBeside }: { conversationId: string; isBeside: boolean }) {
  const store = useStore()
  const { composer } = useTexts()
  const [stopping, setStopping] = useState(false)
  const label = stopping ? composer.stopping : composer.stop
  return (
    <button
      type="button"
      className="send-button"
      data-stop
      data-beside={isBeside || undefined}
      aria-label={label}
      title={label}
      aria-disabled={stopping}
      onClick={async () => {
        focusComposer()
        setStopping(true)
        await store.stop(conversationId)
        setStopping(false)
      }}
    >
      <Square size={14} fill="currentColor" aria-hidden />
    </button>
  )
}
