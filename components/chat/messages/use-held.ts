'use client'

import { type RefObject, startTransition, useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Message } from '#lib/chat/contract.ts'
import { wantMarkdown } from './answer-text.tsx'

/** So many messages get their content together: few enough for one frame. */
const STRETCH = 8
/** Of a conversation that opens, so many stretches at its end are whole from the beginning. */
const AT_ONCE = 2
/** Between two letters the browser has a spare moment, but who types has none: theirs begins so long after a key. */
const TYPING_MS = 400
const NONE: ReadonlySet<number> = new Set()

const fillers = new Set<() => void>()

/** Gives every message its content now: for whoever searches the page. */
export function fillMessages(): void {
  for (const fill of fillers) fill()
}

/**
 * Which messages have to wait for their content: of a conversation that opens all but those at its end, on the server too, of a
 * branch that is switched to all but those at its beginning. What comes near the screen gets it at once; the others in the
 * browser's spare moments while nobody types, so that a conversation of any length opens like a short one and is whole a moment later. `list` holds
 * the messages of `path` as its children, those that wait with `data-held`, the number of their stretch.
 */
export function useHeld(path: readonly Message[], list: RefObject<HTMLElement | null>) {
  const [held, setHeld] = useState(() => firstHeld(path.length))
  const [before, setBefore] = useState(path)
  if (!haveSameIds(path, before)) {
    setBefore(path)
    setHeld(heldAfterSwitch(held, before, path))
  }
  const waits = held.size > 0
  const typedAt = useRef(Number.NEGATIVE_INFINITY)

  useEffect(() => {
    const element = list.current
    if (!waits || !element) return
    const fillAll = () => flushSync(() => setHeld(NONE))
    // The browser tells what it begins to draw; the event bubbles.
    const onNear = (event: Event) => {
      const stretch = (event.target as HTMLElement).dataset.held
      const isNear = !(event as ContentVisibilityAutoStateChangeEvent).skipped
      if (isNear && stretch !== undefined) setHeld((all) => without(all, Number(stretch)))
    }
    const onKey = () => {
      typedAt.current = performance.now()
    }
    fillers.add(fillAll)
    window.addEventListener('keydown', onKey, true)
    window.addEventListener('beforeprint', fillAll)
    element.addEventListener('contentvisibilityautostatechange', onNear)
    return () => {
      fillers.delete(fillAll)
      window.removeEventListener('keydown', onKey, true)
      window.removeEventListener('beforeprint', fillAll)
      element.removeEventListener('contentvisibilityautostatechange', onNear)
    }
  }, [waits, list])

  useEffect(() => {
    if (held.size === 0) return
    const last = Math.max(...held)
    let callOff: (() => void) | undefined
    let isGone = false
    const fillSoon = () => {
      const ms = typedAt.current + TYPING_MS - performance.now()
      if (ms > 0) callOff = after(ms, fillSoon)
      else startTransition(() => setHeld((all) => without(all, last)))
    }
    // Before its formatter is there an answer would be rendered plain first, and then again.
    void wantMarkdown().then(() => {
      if (!isGone) callOff = whenIdle(fillSoon)
    })
    return () => {
      isGone = true
      callOff?.()
    }
  }, [held])

  return useCallback(
    (index: number) => {
      const stretch = Math.floor(index / STRETCH)
      return held.has(stretch) ? stretch : undefined
    },
    [held],
  )
}

function firstHeld(count: number): ReadonlySet<number> {
  const stretches = Math.ceil(count / STRETCH)
  return new Set(Array.from({ length: Math.max(0, stretches - AT_ONCE) }, (_, stretch) => stretch))
}

/** A growing answer makes another path of the same messages. */
const haveSameIds = (one: readonly Message[], other: readonly Message[]) =>
  one === other || (one.length === other.length && one.every(({ id }, index) => id === other[index]?.id))

/** What is held when another branch is shown: also the messages that were not there before, but for the first ones. */
export function heldAfterSwitch(
  held: ReadonlySet<number>,
  before: readonly Pick<Message, 'id'>[],
  path: readonly Pick<Message, 'id'>[],
): ReadonlySet<number> {
  const parting = path.findIndex(({ id }, index) => id !== before[index]?.id)
  if (parting < 0) return held
  const first = Math.floor(parting / STRETCH) + AT_ONCE
  const stretches = Math.ceil(path.length / STRETCH)
  if (first >= stretches) return held
  return new Set([...held, ...Array.from({ length: stretches - first }, (_, index) => first + index)])
}

function without(all: ReadonlySet<number>, stretch: number): ReadonlySet<number> {
  if (!all.has(stretch)) return all
  const rest = new Set(all)
  rest.delete(stretch)
  return rest
}

/** Calls back in a spare moment, or where browsers do not tell of any, soon. Returns how to call it off. */
function whenIdle(callback: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = requestIdleCallback(callback, { timeout: 500 })
    return () => cancelIdleCallback(handle)
  }
  return after(30, callback)
}

function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms)
  return () => clearTimeout(timer)
}
