'use client'

import { useEffect, useRef } from 'react'
import { isComposing } from './is-composing.ts'

export interface NameBoxProps {
  label: string
  name: string
  maxLength: number
  /** With the name that was written, trimmed; null when it is to stay as it was. */
  onDone: (name: string | null) => void
}

/** A name, to be written anew in its place. Leaving it keeps what was written; Esc does not. */
export function NameBox({ label, name, maxLength, onDone }: NameBoxProps) {
  const box = useRef<HTMLInputElement>(null)
  const isSettled = useRef(false)
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [])

  const settle = (keeps: boolean) => {
    if (isSettled.current) return
    isSettled.current = true
    const written = box.current?.value.trim() ?? ''
    const row = box.current?.closest('[data-row]')
    onDone(keeps && written !== '' && written !== name ? written : null)
    return row
  }
  return (
    <input
      ref={box}
      className="rename-box"
      aria-label={label}
      defaultValue={name}
      maxLength={maxLength}
      enterKeyHint="done"
      onBlur={() => settle(true)}
      onKeyDown={(event) => {
        if (isComposing(event) || (event.key !== 'Enter' && event.key !== 'Escape')) return
        // Not for the drawer, and not for the answer that is being written.
        event.preventDefault()
        event.stopPropagation()
        const row = settle(event.key === 'Enter')
        requestAnimationFrame(() => row?.querySelector<HTMLElement>('a, button')?.focus())
      }}
    />
  )
}
