'use client'

import { useEffect, useLayoutEffect, useRef } from 'react'
import { useChat } from '../chat-context.ts'
import { growBox } from './grow-box.ts'
import { isComposing } from './is-composing.ts'
import { sends } from './send-key.ts'

export interface EditBoxProps {
  className: string
  label: string
  text: string
  onText: (text: string) => void
  onCancel: () => void
}

/**
 * The box in which a question is written anew: it has the keyboard at once, grows with its text, and has the form around it submitted by the
 * keys that send. Esc gives up.
 */
export function EditBox({ className, label, text, onText, onCancel }: EditBoxProps) {
  const sendKey = useChat((state) => state.preferences.sendKey)
  const box = useRef<HTMLTextAreaElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it grows with the text.
  useLayoutEffect(() => growBox(box.current), [text])
  useEffect(() => {
    const element = box.current
    element?.focus({ preventScroll: true })
    element?.setSelectionRange(element.value.length, element.value.length)
    element?.form?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <textarea
      ref={box}
      className={className}
      aria-label={label}
      value={text}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={(event) => {
        if (isComposing(event)) return
        if (sends(event, sendKey)) event.currentTarget.form?.requestSubmit()
        else if (event.key === 'Escape') onCancel()
        else return
        // Not for the answer that is being written elsewhere.
        event.preventDefault()
        event.stopPropagation()
      }}
    />
  )
}
