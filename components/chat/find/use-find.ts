import { useCallback, useEffect, useRef, useState } from 'react'
import { unfoldAt } from '../folding/unfold.ts'
import { PageText } from '../page-text/page-text.ts'
import { findMatches, fold } from './find-matches.ts'

const MARK = 'found'
const MARK_HERE = 'found-here'
/** More are counted, but painting them all would hold up the page. */
const MAX_MARKED = 2_000
/** A growing answer is searched again as often. */
const RENEW_MS = 400
/** What is searched: questions and answers as they are shown, of one conversation. */
const WRITTEN = '.messages :is(.bubble, [data-rendered])'

interface Found {
  page: PageText | null
  matches: [from: number, to: number][]
  /** The match one is at. */
  at: number
}

const nothing: Found = { page: null, matches: [], at: 0 }

/**
 * Finds `query` in the conversation on the page, marks all that is found (where the browser has the CSS Custom Highlight
 * API) and brings the match one is at into sight. `go` moves by so many matches, round and round.
 */
export function useFind(query: string): { count: number; at: number; go: (by: number) => void } {
  const [found, setFound] = useState(nothing)
  const latest = useRef(found)
  latest.current = found

  useEffect(() => {
    const search = (isNew: boolean) => {
      const page = new PageText(document.querySelectorAll(WRITTEN))
      const matches = findMatches(fold(page.text), query)
      const at = isNew
        ? firstInSight(page, matches)
        : Math.min(latest.current.at, Math.max(0, matches.length - 1))
      const next = { page, matches, at }
      mark(next)
      if (isNew) bringIntoSight(next)
      setFound(next)
    }
    search(true)
    return onTextChange(() => search(false))
  }, [query])
  useEffect(() => () => mark(nothing), [])

  const go = useCallback((by: number) => {
    const { matches, at } = latest.current
    if (matches.length === 0) return
    const next = { ...latest.current, at: (at + by + matches.length) % matches.length }
    mark(next)
    bringIntoSight(next)
    setFound(next)
  }, [])
  return { count: found.matches.length, at: found.at, go }
}

/** Calls back, not too often, when what is searched has changed. */
function onTextChange(callback: () => void): () => void {
  const messages = document.querySelector('.messages')
  let timer: ReturnType<typeof setTimeout> | undefined
  const observer = new MutationObserver(() => {
    timer ??= setTimeout(() => {
      timer = undefined
      callback()
    }, RENEW_MS)
  })
  if (messages) observer.observe(messages, { childList: true, characterData: true, subtree: true })
  return () => {
    observer.disconnect()
    clearTimeout(timer)
  }
}

/** The first match that is on the screen or below, so that typing on does not throw one back to the beginning. */
function firstInSight(page: PageText, matches: Found['matches']): number {
  let low = 0
  let high = matches.length
  while (low < high) {
    const middle = (low + high) >> 1
    const [from, to] = matches[middle] ?? [0, 0]
    if (page.rangeOf(from, to).getBoundingClientRect().bottom < 0) low = middle + 1
    else high = middle
  }
  return low % Math.max(1, matches.length)
}

function mark({ page, matches, at }: Found): void {
  if (!('highlights' in CSS)) return
  const here = matches[at]
  if (!page || !here) {
    CSS.highlights.delete(MARK)
    CSS.highlights.delete(MARK_HERE)
    return
  }
  const first = Math.max(0, at - MAX_MARKED / 2)
  const marked = matches.slice(first, first + MAX_MARKED)
  CSS.highlights.set(MARK, new Highlight(...marked.map(([from, to]) => page.rangeOf(from, to))))
  const current = new Highlight(page.rangeOf(...here))
  current.priority = 1
  CSS.highlights.set(MARK_HERE, current)
}

function bringIntoSight({ page, matches, at }: Found): void {
  const here = matches[at]
  if (!page || !here) return
  const range = page.rangeOf(...here)
  unfoldAt(range)
  const element = range.startContainer.parentElement
  const folded = element?.closest('details:not([open])')
  if (folded instanceof HTMLDetailsElement) folded.open = true
  // Also lays out what the page has not drawn yet (`content-visibility`), so that the range has a place.
  element?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  const { top, bottom, left, right } = range.getBoundingClientRect()
  const pane = element?.closest('.pane')
  if (pane && (top < 120 || bottom > window.innerHeight - 200))
    pane.scrollTop += top - window.innerHeight / 2.5
  const box = element?.closest('pre, .table-scroll, .katex-display')
  if (!box) return
  const edges = box.getBoundingClientRect()
  if (left < edges.left || right > edges.right) box.scrollLeft += left - edges.left - edges.width / 3
}
