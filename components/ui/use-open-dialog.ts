'use client'

import { useEffect, useRef, useState } from 'react'

/** What had the keyboard before a dialog was opened, for one that takes its place. */
const origins = new WeakMap<Element, Element>()

/** What has the keyboard now, and what had it before the dialog which that is in. */
function findOrigins(): Element[] {
  const element = typeof document === 'undefined' ? null : document.activeElement
  const dialog = element?.closest('dialog')
  const behind = dialog && origins.get(dialog)
  return [element, behind].filter((one) => one instanceof Element)
}

/** A dialog that is open over the page as long as it is rendered; the keyboard goes back to where it was when it is gone. */
export function useOpenDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before anything in the dialog takes it.
  const [before] = useState(findOrigins)
  useEffect(() => {
    const element = dialog.current
    const origin = before.at(-1)
    if (element && origin) origins.set(element, origin)
    element?.showModal()
    return () => {
      element?.close()
      const place = before.find(({ isConnected }) => isConnected)
      if (place instanceof HTMLElement) place.focus({ preventScroll: true })
    }
  }, [before])
  return dialog
}
