'use client'

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** So near to the end one is reading the end. */
const NEAR_PX = 64

/**
 * Keeps the end of a growing page in sight while the reader is there, and leaves them alone when they are not. `jump`
 * goes to the end and follows from then on; `follow` does with the next growth; `leave` stays where the page is. An empty page (`data-empty`) is read from
 * its top, however much is in it.
 */
export function useFollow(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const [isAtEnd, setAtEnd] = useState(true)
  const following = useRef(true)

  const follow = useCallback(() => {
    following.current = true
    setAtEnd(true)
  }, [])

  const jump = useCallback(() => {
    follow()
    if (scroller.current) toEnd(scroller.current)
  }, [scroller, follow])

  const leave = useCallback(() => {
    following.current = false
  }, [])

  useEffect(() => {
    const element = scroller.current
    if (!element || !content.current) return
    let lastTop = element.scrollTop
    let lastHeight = element.scrollHeight
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element
      const near = scrollHeight - scrollTop - clientHeight < NEAR_PX
      // Only a reader scrolls back, and only a reader returns. Where the height has changed it was the browser: the box that one
      // writes in became smaller, and then the page grew.
      if (scrollTop < lastTop - 1 && !near && scrollHeight === lastHeight) following.current = false
      else if (near) following.current = true
      lastTop = scrollTop
      lastHeight = scrollHeight
      setAtEnd(near || following.current)
    }
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd(element)
      onScroll()
    })
    observer.observe(content.current)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [scroller, content])

  return { isAtEnd, jump, follow, leave }
}

function toEnd(element: HTMLElement): void {
  if (element.dataset.empty === undefined) element.scrollTop = element.scrollHeight
}
