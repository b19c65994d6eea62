'use client'

import { Search, X } from 'lucide-react'
import { type ReactNode, Suspense, useCallback, useEffect, useId, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { useTexts } from '../chat-context.ts'
import { isComposing } from '../typing/is-composing.ts'
import type { ResultsHandle } from './sidebar-results.tsx'

const loadResults = () => import('./sidebar-results.tsx')
const SearchResults = lazyPart(async () => (await loadResults()).SearchResults)

/** The field to search with, and below it what it found; while it is empty, `children`. */
export function SidebarSearch({ onChosen, children }: { onChosen?: () => void; children: ReactNode }) {
  const { search } = useTexts()
  const [query, setQuery] = useState('')
  const [activeId, setActiveId] = useState<string>()
  const box = useRef<HTMLInputElement>(null)
  const results = useRef<ResultsHandle>(null)
  const listId = useId()
  const isSearching = query.trim() !== ''
  const clear = useCallback(() => {
    setQuery('')
    setActiveId(undefined)
  }, [])
  useEffect(() => {
    // A drawer is opened for the conversations; what was found the last time would stand in their place.
    const drawer = box.current?.closest('dialog')
    drawer?.addEventListener('close', clear)
    return () => drawer?.removeEventListener('close', clear)
  }, [clear])
  return (
    <>
      <search className="search-field">
        <Search size={16} className="search-sign" aria-hidden />
        <input
          ref={box}
          type="text"
          inputMode="search"
          enterKeyHint="search"
          role="combobox"
          className="search-box"
          aria-label={search.label}
          aria-expanded={isSearching && activeId !== undefined}
          aria-controls={isSearching && activeId !== undefined ? listId : undefined}
          aria-activedescendant={isSearching ? activeId : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          placeholder={search.placeholder}
          value={query}
          onFocus={() => void loadResults().catch(() => undefined)}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (isComposing(event)) return
            if (event.key === 'Escape' && query !== '') clear()
            else if (event.key === 'ArrowDown') results.current?.move(1)
            else if (event.key === 'ArrowUp') results.current?.move(-1)
            else if (event.key === 'Enter') results.current?.choose()
            else return
            event.preventDefault()
          }}
        />
        {query !== '' && (
          <button
            type="button"
            className="icon-button"
            aria-label={search.clear}
            title={search.clear}
            onClick={() => {
              clear()
              box.current?.focus()
            }}
          >
            <X size={15} aria-hidden />
          </button>
        )}
      </search>
      {isSearching ? (
        <div className="sidebar-list">
          <Suspense fallback={<p className="search-word">{search.searching}</p>}>
            <SearchResults
              handle={results}
              query={query.trim()}
              listId={listId}
              onActive={setActiveId}
              onChosen={onChosen}
            />
          </Suspense>
        </div>
      ) : (
        children
      )}
    </>
  )
}
