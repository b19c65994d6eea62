import { type RefObject, useEffect, useState } from 'react'

/** So long a selection has to rest before something is offered for it. */
const REST_MS = 180

/**
 * The selection, once it rests, if it lies in messages of `scroller`; null otherwise. Selections in boxes to write in are
 * none.
 */
export function useSelected(scroller: RefObject<HTMLElement | null>): Range | null {
  const [selected, setSelected] = useState<Range | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const onChange = () => {
      clearTimeout(timer)
      const range = rangeIn(scroller.current)
      // What is gone is gone at once; what is still being drawn is waited for.
      if (!range) setSelected(null)
      else timer = setTimeout(() => setSelected(rangeIn(scroller.current)), REST_MS)
    }
    document.addEventListener('selectionchange', onChange)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('selectionchange', onChange)
    }
  }, [scroller])
  return selected
}

function rangeIn(scroller: HTMLElement | null): Range | null {
  const selection = document.getSelection()
  if (!scroller || !selection || selection.isCollapsed || selection.rangeCount === 0) return null
  const range = selection.getRangeAt(0)
  const isInMessage = (node: Node) => {
    const element = node instanceof Element ? node : node.parentElement
    const written = element?.closest('[data-rendered], .bubble')
    return written !== null && scroller.contains(node)
  }
  return isInMessage(range.startContainer) && isInMessage(range.endContainer) ? range.cloneRange() : null
}
