'use client'

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { createPlaceKeeper } from './keep-place.ts'
import { watchHand } from './readers-hand.ts'

/** So near to the end one is reading the end. */
const NEAR_PX = 64
/** The bar lies over the top of the page. */
const BAR_PX = 56
/** For so long after its height changed, or a page was opened, a page may slip from its end by itself: WebKit lets go of it for a moment. */
const SLIP_MS = 500
/** What moves more often in a row than so is somebody after all, by means that a page does not see. */
const MAX_SLIPS = 3

/**
 * Keeps the end of a growing page in sight while the reader is there, and leaves them alone when they are not. `jump`
 * goes to the end and follows from then on; `follow` does with the next growth; `leave` stays where the page is. An empty page (`data-empty`) is read from
 * its top, however much is in it. Answers side by side at the end are read from their beginning: the page goes no further than their question, unless
 * the end is asked for (`toLatest`).
 */
export function useFollow(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const [isAtEnd, setAtEnd] = useState(true)
  const following = useRef(true)
  const changedAt = useRef(0)

  const follow = useCallback(() => {
    following.current = true
    setAtEnd(true)
  }, [])

  const jump = useCallback(() => {
    follow()
    changedAt.current = performance.now()
    if (scroller.current) toEnd(scroller.current)
  }, [scroller, follow])

  const toLatest = useCallback(() => {
    jump()
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight
  }, [scroller, jump])

  const leave = useCallback(() => {
    following.current = false
  }, [])

  useEffect(() => {
    const element = scroller.current
    if (!element || !content.current) return
    let lastTop = element.scrollTop
    let lastHeight = element.scrollHeight
    let slips = 0
    let slippedAt = 0
    const hand = watchHand()
    const place = createPlaceKeeper(element)
    const hasSlipped = () => {
      const now = performance.now()
      if (!following.current || now - changedAt.current > SLIP_MS) return false
      slips = now - slippedAt > SLIP_MS ? 1 : slips + 1
      slippedAt = now
      return slips <= MAX_SLIPS
    }
    const look = (isReader: boolean) => {
      const { scrollTop, scrollHeight, clientHeight } = element
      const near = scrollHeight - scrollTop - clientHeight < NEAR_PX
      // Only a reader scrolls back, and only a reader returns. Where the height has changed it was the browser: the box that one
      // writes in became smaller, and then the page grew. A wheel leaves no doubt.
      const isTurningBack = hand.isTurningBack()
      if (near) following.current = true
      else if (scrollTop < lastTop - 1 && (scrollHeight === lastHeight || isTurningBack)) {
        if (!isReader && !isTurningBack && hasSlipped()) toEnd(element)
        else following.current = false
      }
      // On their way from the question down they read what is between.
      else if (isReader && scrollTop > lastTop + 1 && comparedQuestion(element)) following.current = false
      lastTop = element.scrollTop
      lastHeight = scrollHeight
      setAtEnd(near || (following.current && !comparedQuestion(element)))
    }
    const onScroll = () => {
      look(hand.scrolled())
      place.note()
    }
    const observer = new ResizeObserver(() => {
      changedAt.current = performance.now()
      if (following.current) toEnd(element)
      else place.keep()
      look(false)
    })
    observer.observe(content.current)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      hand.stop()
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [scroller, content])

  return { isAtEnd, jump, toLatest, follow, leave }
}

function toEnd(element: HTMLElement): void {
  if (element.dataset.empty !== undefined) return
  const question = comparedQuestion(element)
  if (!question) element.scrollTop = element.scrollHeight
  else {
    const past = question.getBoundingClientRect().top - element.getBoundingClientRect().top - BAR_PX
    if (past > 0) element.scrollTop += past
    // Whoever has gone to the end from there stays at it.
    else if (past < -NEAR_PX) element.scrollTop = element.scrollHeight
  }
}

/** The question of answers that stand side by side at the end of the page. */
function comparedQuestion(element: HTMLElement): Element | null {
  const last = [...element.getElementsByClassName('comparison')].at(-1)
  return last && !last.nextElementSibling ? last.previousElementSibling : null
}
