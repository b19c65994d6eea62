'use client'

import type { ReactNode } from 'react'
import { useOpenDialog } from './use-open-dialog.ts'

/**
 * A dialog over the page that is open as long as it is rendered. Esc and a press beside it ask to close it; the keyboard
 * goes back to where it was.
 */
export function Modal(props: { label: string; className: string; onClose: () => void; children: ReactNode }) {
  const dialog = useOpenDialog()
  return (
    <dialog
      ref={dialog}
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
