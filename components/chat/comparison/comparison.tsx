'use client'

import { Check, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Message } from '#lib/chat/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { modelsTexts } from '#lib/i18n/rooms/models.ts'
import { useSite, useStore } from '../chat-context.ts'
import type { MessageActions } from '../messages/message-actions.ts'
import { MessageItem } from '../messages/message-item.tsx'
import { useModelName } from '../models/known-models.ts'
import { showComparison } from './compare.ts'
import './comparison.css'

/** As in the style sheet. */
const ONE_AT_A_TIME = '(max-width: 64rem)'

/** In its column an answer stands alone; which of several it is, its column says. */
const ALONE = { index: 0, count: 1, previousId: undefined, nextId: undefined }

/**
 * The answers to one question side by side; where there is little room, one at a time, to be swiped or chosen. There the one in sight is also the
 * one that is gone on with, as long as nothing follows them (`isLast`).
 */
export function Comparison(props: {
  answers: readonly Message[]
  /** The one that the shown branch leads through. */
  currentId: string
  isLast: boolean
  actions: MessageActions
}) {
  const { answers, currentId, isLast, actions } = props
  const store = useStore()
  const { locale } = useSite()
  const texts = modelsTexts[locale]
  const row = useRef<HTMLDivElement>(null)
  // Those that are being written one reads from the first.
  const isFresh = answers.some(({ status }) => status === 'running')
  const current = answers.findIndex(({ id }) => id === currentId)
  const shown = useShownColumn(row, answers.length, isFresh ? 0 : current)
  const shownId = answers[shown]?.id
  useEffect(() => {
    if (!isLast || shownId === undefined || shownId === currentId) return
    if (matchMedia(ONE_AT_A_TIME).matches) actions.showBranch(shownId)
  }, [shownId, currentId, isLast, actions])
  usePaneWidth(row)
  return (
    <section className="comparison" aria-label={texts.comparison}>
      <div className="comparison-head">
        <div className="comparison-tabs">
          {answers.map((answer, index) => (
            <button
              key={answer.id}
              type="button"
              className="segment"
              aria-pressed={index === shown}
              onClick={() => showColumn(row.current, index)}
            >
              <ColumnName answers={answers} index={index} />
            </button>
          ))}
        </div>
        <button
          type="button"
          className="button comparison-end"
          title={texts.endComparison}
          onClick={() => showComparison(store, null)}
        >
          <X size={15} aria-hidden />
          <span>{texts.endComparison}</span>
        </button>
      </div>
      <div ref={row} className="comparison-row">
        {answers.map((answer, index) => (
          <div key={answer.id} className="comparison-column">
            <div className="comparison-title">
              <ColumnName answers={answers} index={index} id={`${answer.id}-name`} />
              {answer.status !== 'running' && answer.status !== 'failed' && (
                <button
                  type="button"
                  className="button"
                  aria-describedby={`${answer.id}-name`}
                  onClick={() => {
                    actions.showBranch(answer.id)
                    showComparison(store, null)
                  }}
                >
                  <Check size={15} aria-hidden />
                  {texts.keep}
                </button>
              )}
            </div>
            <MessageItem message={answer} branch={ALONE} actions={actions} />
          </div>
        ))}
      </div>
    </section>
  )
}

/** Pushes the row alone: `scrollIntoView` would bring the column to the window's edge, and the whole page with it. */
function showColumn(row: HTMLElement | null, index: number): void {
  const columns = [...(row?.children ?? [])].map((column) => column.getBoundingClientRect().left)
  row?.scrollTo({ left: (columns[index] ?? 0) - (columns[0] ?? 0) })
}

/**
 * The model that was asked, or answered, with a number where it has several of the answers; of those that the conversation's was asked for
 * only their number is known until they are complete.
 */
function ColumnName(props: { answers: readonly Message[]; index: number; id?: string }) {
  const { answers, index } = props
  const { locale } = useSite()
  const models = answers.map((answer) => answer.modelAsked ?? answer.model)
  const model = models[index] ?? null
  const name = useModelName(model)
  const numbered = fill(modelsTexts[locale].answerNumber, { number: index + 1 })
  const isAlone = models.filter((other) => other === model).length === 1
  return (
    <span className="truncate" id={props.id}>
      {model === null ? numbered : isAlone ? name : `${name} · ${index + 1}`}
    </span>
  )
}

/** Which column is in sight, where one is at a time; `first` is to begin with. */
function useShownColumn(row: React.RefObject<HTMLElement | null>, count: number, first: number): number {
  const [shown, setShown] = useState(first)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is there.
  useLayoutEffect(() => showColumn(row.current, first), [])
  useEffect(() => {
    const element = row.current
    if (!element || count === 0) return
    const onScroll = () => setShown(Math.round((element.scrollLeft / element.scrollWidth) * count))
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [row, count])
  return shown
}

/** Columns may be wider than the text of a single answer, up to what the pane has. */
function usePaneWidth(row: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const pane = row.current?.closest<HTMLElement>('.pane')
    if (!pane) return
    const observer = new ResizeObserver(() => {
      row.current?.parentElement?.style.setProperty('--pane-width', `${pane.clientWidth}px`)
    })
    observer.observe(pane)
    return () => observer.disconnect()
  }, [row])
}
