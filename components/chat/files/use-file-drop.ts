'use client'

import { useEffect, useState } from 'react'

/**
 * Lets files be dropped anywhere on the page. Returns whether some are being held over it. What is dragged from the page
 * itself is not meant, nor what is dropped while a dialog is open.
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const dropping = new AbortController()
    let isOwn = false
    const on = <K extends keyof WindowEventMap>(type: K, listener: (event: WindowEventMap[K]) => void) =>
      window.addEventListener(type, listener, { signal: dropping.signal })
    const isMeant = (event: DragEvent) =>
      !isOwn &&
      event.dataTransfer?.types.includes('Files') === true &&
      !document.querySelector('dialog[open]')

    on('dragstart', () => {
      isOwn = true
    })
    on('dragend', () => {
      isOwn = false
    })
    on('dragover', (event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
      // Otherwise the browser would leave the page for the file.
      event.preventDefault()
      event.dataTransfer.dropEffect = isMeant(event) ? 'copy' : 'none'
      setOver(isMeant(event))
    })
    on('dragleave', ({ relatedTarget }) => {
      if (relatedTarget === null) setOver(false)
    })
    on('drop', (event) => {
      setOver(false)
      if (!isMeant(event)) return
      event.preventDefault()
      onFiles([...(event.dataTransfer?.files ?? [])])
    })
    return () => dropping.abort()
  }, [onFiles])
  return isOver
}
