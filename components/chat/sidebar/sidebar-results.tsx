'use client'

import { Archive } from 'lucide-react'
import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { LoadFailed } from '#components/ui/load-failed.tsx'
import type { SearchHit } from '#lib/chat/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useSite, useStore, useTexts } from '../chat-context.ts'
import { Marked } from '../find/marked.tsx'
import { useSearch } from '../find/use-search.ts'
import { isPlainClick, openConversation, pathOf } from '../navigation.ts'
import { withConversation } from '../state/chat-state.ts'

export interface ResultsHandle {
  /** Marks the next (1) or previous (-1) result. */
  move(step: 1 | -1): void
  /** Opens the one that is marked. */
  choose(): void
}

/** What a search found. Earlier results stay while later ones are on their way, so that nothing flickers. */
export function SearchResults(props: {
  handle: RefObject<ResultsHandle | null>
  query: string
  listId: string
  onActive: (id: string | undefined) => void
  onChosen?: () => void
}) {
  const { query, listId, onActive, onChosen } = props
  const store = useStore()
  const { search } = useTexts()
  const { found, failed, askMore, retry } = useSearch(query)
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const hits = found?.hits ?? []
  const activeHit = hits[Math.min(active, hits.length - 1)]
  const idOf = (hit: SearchHit) => `${listId}-${hit.conversation.id}`
  const activeId = !failed && activeHit ? idOf(activeHit) : undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: other words, other results.
  useEffect(() => setActive(0), [found?.query])
  useEffect(() => {
    onActive(activeId)
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId, onActive])

  const open = ({ conversation, messageId }: SearchHit) => {
    // One that was put away, or is too old for the list, gets its title on the page from here.
    if (!store.getState().conversations.some(({ id }) => id === conversation.id)) {
      store.update((state) => withConversation(state, conversation))
    }
    openConversation(conversation.id, messageId)
    onChosen?.()
  }
  useImperativeHandle(props.handle, () => ({
    move: (step) => setActive((was) => Math.max(0, Math.min(hits.length - 1, was + step))),
    choose: () => activeHit && open(activeHit),
  }))

  if (failed) return <LoadFailed words={search.failed} retry={search.retry} onRetry={retry} />
  if (!found) return <p className="search-word">{search.searching}</p>
  return (
    <>
      <Count count={hits.length} />
      {hits.length === 0 && (
        <div className="search-word">
          <p className="font-medium text-ink">{fill(search.nothing, { query: found.query })}</p>
          <p>{search.nothingHint}</p>
        </div>
      )}
      <div ref={list} id={listId} role="listbox" aria-label={search.results} className="search-results">
        {hits.map((hit, index) => (
          <Hit
            key={hit.conversation.id}
            id={idOf(hit)}
            hit={hit}
            isActive={hit === activeHit}
            onPoint={() => setActive(index)}
            onOpen={() => open(hit)}
          />
        ))}
      </div>
      {found.more && (
        <button type="button" className="sidebar-entry" onClick={askMore}>
          {search.more}
        </button>
      )}
    </>
  )
}

/** Told to those who do not see the list change. */
function Count({ count }: { count: number }) {
  const { locale } = useSite()
  const { search } = useTexts()
  const form = new Intl.PluralRules(locale).select(count) === 'one' ? search.count.one : search.count.other
  return (
    <p role="status" className="sr-only">
      {fill(form, { count })}
    </p>
  )
}

function Hit(props: {
  id: string
  hit: SearchHit
  isActive: boolean
  onPoint: () => void
  onOpen: () => void
}) {
  const { search, sidebar } = useTexts()
  const { conversation, messageId, title, snippet } = props.hit
  const folder = useChat((state) => state.folders.find(({ id }) => id === conversation.folderId)?.name)
  return (
    <a
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={props.isActive}
      href={pathOf(conversation.id, messageId)}
      className="search-hit"
      onPointerMove={() => props.isActive || props.onPoint()}
      onClick={(event) => {
        if (!isPlainClick(event)) return
        event.preventDefault()
        props.onOpen()
      }}
    >
      <span className="search-title">
        <span className="truncate">
          <Marked {...title} />
        </span>
        {folder !== undefined && <span className="search-folder truncate">{folder}</span>}
        {conversation.archivedAt !== null && (
          <Archive size={13} className="search-archived" role="img" aria-label={sidebar.archived} />
        )}
      </span>
      <span className="search-snippet">{snippet ? <Marked {...snippet} /> : search.inTitle}</span>
    </a>
  )
}
