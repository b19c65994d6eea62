'use client'

import { type ReactNode, type RefObject, useEffect } from 'react'

/** The sidebar of a phone: a modal panel from the left. Esc and a touch beside it close it. */
export function Drawer(props: {
  dialog: RefObject<HTMLDialogElement | null>
  label: string
  children: ReactNode
}) {
  const { dialog } = props
  useEffect(() => {
    // A window made wide shows the column instead; a modal left open behind it would block the page.
    const wide = matchMedia('(min-width: 48rem)')
    const close = () => dialog.current?.close()
    wide.addEventListener('change', close)
    return () => wide.removeEventListener('change', close)
  }, [dialog])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes a dialog with Esc, by itself.
    <dialog
      ref={dialog}
      className="drawer"
      aria-label={props.label}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
    >
      <div className="flex h-full flex-col">{props.children}</div>
    </dialog>
  )
}
