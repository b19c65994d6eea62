'use client'

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { useReading } from '../chat-context.ts'
import { showMessage } from '../scrolling/show-message.ts'
import './outline-rail.css'
import { MIN_QUESTIONS, type OutlineEntry, useQuestions } from './use-questions.ts'

/** A question that far below the pane's upper edge is the one being read. */
const READING_PX = 160

interface OutlineRailProps {
  conversationId: string
  scroller: RefObject<HTMLElement | null>
}

/** The questions of a long conversation at its side: strokes that open into their words. */
export function OutlineRail({ conversationId, scroller }: OutlineRailProps) {
  const words = contentsTexts[useReading().locale]
  const questions = useQuestions(conversationId)
  const current = useQuestionInSight(scroller, questions)
  const list = useRef<HTMLOListElement>(null)
  const showCurrent = useCallback(() => {
    const here = list.current?.querySelector<HTMLElement>('[aria-current]')
    if (list.current && here) list.current.scrollTop = here.offsetTop - list.current.clientHeight / 2
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list follows the question in sight.
  useEffect(showCurrent, [current])
  if (questions.length < MIN_QUESTIONS) return null
  return (
    <nav
      className="outline-rail"
      aria-label={words.questions}
      // It has just become longer.
      onPointerEnter={showCurrent}
    >
      <ol ref={list}>
        {questions.map(({ id, label }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? 'location' : undefined}
              onClick={() => showMessage(id)}
            >
              <span className="outline-label">{label}</span>
              <span className="outline-stroke" aria-hidden="true" />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** The last question whose top has been scrolled past, or the first. */
function useQuestionInSight(scroller: RefObject<HTMLElement | null>, questions: readonly OutlineEntry[]) {
  const [current, setCurrent] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other questions it may be another one.
  useEffect(() => {
    const pane = scroller.current
    if (!pane) return
    let frame = 0
    // Live, and kept by the browser: looking each up by its id would go through the whole page on every frame.
    const onPage = pane.getElementsByClassName('question')
    const look = () => {
      frame = 0
      setCurrent(questionAt(onPage, pane.getBoundingClientRect().top + READING_PX))
    }
    const onScroll = () => {
      frame ||= requestAnimationFrame(look)
    }
    look()
    pane.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      pane.removeEventListener('scroll', onScroll)
    }
  }, [scroller, questions])
  return current
}

function questionAt(questions: HTMLCollectionOf<Element>, line: number): string | undefined {
  let low = 0
  let high = questions.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((questions[middle]?.getBoundingClientRect().top ?? 0) <= line) low = middle
    else high = middle - 1
  }
  return questions[low]?.getAttribute('data-message-id') ?? undefined
}
