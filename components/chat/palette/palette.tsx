'use client'

import { MessageSquare, Search, TextSearch } from 'lucide-react'
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react'
import { Modal } from '#components/ui/modal.tsx'
import type { Conversation, SearchHit } from '#lib/chat/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { paletteTexts } from '#lib/i18n/rooms/palette.ts'
import { useChat, useSite, useStore } from '../chat-context.ts'
import { hasAllWords } from '../find/has-all-words.ts'
import { Marked } from '../find/marked.tsx'
import { useSearch } from '../find/use-search.ts'
import { openConversation, useConversationId } from '../navigation.ts'
import { withConversation } from '../state/chat-state.ts'
import { isComposing } from '../typing/is-composing.ts'
import { useTypedAhead } from '../typing/typed-ahead.ts'
import { findableActions, type PaletteHands } from './palette-entries.tsx'
import './palette.css'

const MAX_TITLES = 6

interface Entry {
  id: string
  group: string
  icon: ReactNode
  label: ReactNode
  hint?: ReactNode
  run: () => void
}

/** One field to go anywhere or do anything with. Titles and actions are found as one types, messages by the site. */
export function Palette({ hands, onClose }: { hands: PaletteHands; onClose: () => void }) {
  const { locale } = useSite()
  const texts = paletteTexts[locale]
  const [query, setQuery] = useState('')
  useTypedAhead(setQuery)
  const [active, setActive] = useState(0)
  const listId = useId()
  const { entries, word } = useEntries(query.trim(), hands)
  const at = Math.min(active, entries.length - 1)
  const idOf = (index: number) => `${listId}-${index}`

  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at, listId])
  const choose = (entry: Entry | undefined) => {
    if (!entry) return
    onClose()
    entry.run()
  }
  const move = (step: number) => setActive((at + step + entries.length) % Math.max(1, entries.length))

  return (
    <Modal className="palette" label={texts.title} onClose={onClose}>
      <div className="palette-field">
        <Search size={18} className="flex-none text-muted" aria-hidden />
        <input
          type="text"
          role="combobox"
          className="palette-box"
          // biome-ignore lint/a11y/noAutofocus: it was opened to write in.
          autoFocus
          aria-label={texts.placeholder}
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={entries.length > 0 ? idOf(at) : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          placeholder={texts.placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
          onKeyDown={(event) => {
            if (isComposing(event)) return
            if (event.key === 'ArrowDown') move(1)
            else if (event.key === 'ArrowUp') move(-1)
            else if (event.key === 'Enter') choose(entries[at])
            else return
            event.preventDefault()
          }}
        />
      </div>
      {/* Its entries are walked through from the field, so the browser's own stop at what scrolls is none. */}
      <div id={listId} role="listbox" aria-label={texts.title} tabIndex={-1} className="palette-list">
        {entries.map((entry, index) => (
          <PaletteRow
            key={entry.id}
            id={idOf(index)}
            entry={entry}
            heading={entry.group === entries[index - 1]?.group ? undefined : entry.group}
            isActive={index === at}
            onPoint={() => setActive(index)}
            onChoose={() => choose(entry)}
          />
        ))}
      </div>
      {word && (
        <p role="status" className="palette-word">
          {word}
        </p>
      )}
      <p className="palette-keys" aria-hidden="true">
        <kbd>↑</kbd> <kbd>↓</kbd> {texts.move} <kbd>↵</kbd> {texts.choose} <kbd>Esc</kbd> {texts.close}
      </p>
    </Modal>
  )
}

function PaletteRow(props: {
  id: string
  entry: Entry
  heading: string | undefined
  isActive: boolean
  onPoint: () => void
  onChoose: () => void
}) {
  const { entry, heading } = props
  return (
    <>
      {heading !== undefined && (
        <p className="palette-heading" role="presentation">
          {heading}
        </p>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has the keyboard. */}
      <div
        id={props.id}
        role="option"
        aria-selected={props.isActive}
        className="palette-row"
        onPointerMove={() => props.isActive || props.onPoint()}
        onClick={props.onChoose}
      >
        {entry.icon}
        <span className="min-w-0 grow truncate">{entry.label}</span>
        {entry.hint}
      </div>
    </>
  )
}

/** What fits the query, best kind first, and a word about what is missing. */
function useEntries(query: string, hands: PaletteHands): { entries: Entry[]; word: string | undefined } {
  const { locale } = useSite()
  const store = useStore()
  const texts = paletteTexts[locale]
  const conversations = useChat((state) => state.conversations)
  const { found, failed } = useSearch(query)
  const folders = useChat((state) => state.folders)
  const folderOf = ({ folderId }: Conversation) => folders.find(({ id }) => id === folderId)?.name
  const openId = useConversationId(null)
  const actions = useMemo(
    () =>
      findableActions(locale, hands, openId).map(({ keys, ...action }) => {
        return { ...action, group: texts.actions, hint: keys && <kbd className="palette-hint">{keys}</kbd> }
      }),
    [locale, texts, hands, openId],
  )
  const known = (
    query === '' ? conversations : conversations.filter(({ title }) => hasAllWords(title, query))
  )
    .slice(0, MAX_TITLES)
    .map((conversation) =>
      titleEntry(conversation, query === '' ? texts.recent : texts.conversations, folderOf(conversation)),
    )
  if (query === '') return { entries: [...known, ...actions], word: undefined }

  const fits = actions.filter(({ words }) => hasAllWords(words, query))
  const hits = found?.query === query ? found.hits : []
  const knownIds = new Set(known.map(({ id }) => id))
  const open = (hit: SearchHit) => {
    store.update((state) => withConversation(state, hit.conversation))
    openConversation(hit.conversation.id, hit.messageId)
  }
  const inMessages = hits
    .filter((hit) => hit.messageId !== null || !knownIds.has(hit.conversation.id))
    .map((hit) => hitEntry(hit, texts.found, () => open(hit)))
  const entries = [...known, ...fits, ...inMessages]
  return { entries, word: wordOn(entries.length, found?.query === query) }

  function wordOn(count: number, isAnswered: boolean): string | undefined {
    if (failed) return texts.failed
    if (!isAnswered) return count === 0 ? texts.searching : undefined
    return count === 0 ? fill(texts.nothing, { query }) : undefined
  }
}

function titleEntry({ id, title }: Conversation, group: string, folder: string | undefined): Entry {
  const icon = <MessageSquare size={16} aria-hidden />
  const hint = folder !== undefined && <span className="palette-hint max-w-2/5 truncate">{folder}</span>
  return { id, group, icon, label: title, hint, run: () => openConversation(id) }
}

function hitEntry(
  { conversation, messageId, title, snippet }: SearchHit,
  group: string,
  run: () => void,
): Entry {
  return {
    id: `${conversation.id} ${messageId}`,
    group,
    icon: <TextSearch size={16} aria-hidden />,
    label: (
      <>
        <span className="block truncate">
          <Marked {...title} />
        </span>
        {snippet && (
          <span className="block truncate text-muted text-xs">
            <Marked {...snippet} />
          </span>
        )}
      </>
    ),
    run,
  }
}
