'use client'

import { type ReactNode, useEffect } from 'react'
import { useOpenDialog } from './use-open-dialog.ts'

/**
 * A dialog over the page that is open as long as it is rendered. Esc and a press beside it ask to close it; the keyboard
 * goes back to where it was.
 */
export function Modal(props: { label: string; className: string; onClose: () => void; children: ReactNode }) {
  const dialog = useOpenDialog()
  // Where there is nothing to write in first, the keyboard begins at the dialog itself: it scrolls from there, and nobody
  // is met by a ring around the way out.
  useEffect(() => {
    if (document.activeElement instanceof HTMLButtonElement) dialog.current?.focus()
  }, [dialog])
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      className={`modal ${props.className}`}
      aria-label={props.label}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) props.onClose()
      }}
    >
      {props.children}
    </dialog>
  )
}
