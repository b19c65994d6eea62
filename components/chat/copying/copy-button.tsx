'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

const CONFIRM_MS = 1600

/** Copies, and says for a moment that it has. `content` is read when pressed. */
export function CopyButton(props: {
  label: string
  doneLabel: string
  content: (button: HTMLButtonElement) => { text: string; html?: string }
  className?: string
}) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), CONFIRM_MS)
    return () => clearTimeout(timer)
  }, [done])
  const label = done ? props.doneLabel : props.label
  return (
    <button
      type="button"
      className={props.className ?? 'icon-button'}
      aria-label={label}
      title={label}
      data-control
      onClick={async (event) => {
        const { text, html } = props.content(event.currentTarget)
        setDone(await copyText(text, html))
      }}
    >
      {done ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
    </button>
  )
}
