'use client'

import { type ReactNode, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

export interface DrawerHandle {
  open(): void
  close(): void
}

/**
 * The sidebar of a phone: a modal panel from the left. Esc and a touch beside it close it. What is in it is made when it is first opened: on a
 * wide screen never.
 */
export function Drawer(props: {
  handle: RefObject<DrawerHandle | null>
  label: string
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [wasOpened, setOpened] = useState(false)
  useImperativeHandle(
    props.handle,
    () => ({
      open() {
        // Before the dialog shows, which looks for what is to have the focus.
        flushSync(() => setOpened(true))
        dialog.current?.showModal()
      },
      close: () => dialog.current?.close(),
    }),
    [],
  )
  useEffect(() => {
    // A window made wide shows the column instead; a modal left open behind it would block the page.
    const wide = matchMedia('(min-width: 48rem)')
    const close = () => dialog.current?.close()
    wide.addEventListener('change', close)
    return () => wide.removeEventListener('change', close)
  }, [])
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
      <div className="flex h-full flex-col">{wasOpened && props.children}</div>
    </dialog>
  )
}
