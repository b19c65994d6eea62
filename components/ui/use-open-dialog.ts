'use client'

import { useEffect, useRef, useState } from 'react'

/** A dialog that is open over the page as long as it is rendered; the keyboard goes back to where it was when it is gone. */
export function useOpenDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [atFirst] = useState(() => (typeof document === 'undefined' ? null : document.activeElement))
  useEffect(() => {
    const element = dialog.current
    // What is focused by itself in the dialog has the keyboard by now; the dialog that this one replaces gave it back.
    const isIn = element?.contains(document.activeElement)
    const before = isIn ? atFirst : document.activeElement
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [atFirst])
  return dialog
}
