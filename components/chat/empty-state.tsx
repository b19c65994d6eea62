'use client'

import { Folder, X } from 'lucide-react'
import { Mark } from '#components/ui/mark.tsx'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useStore, useTexts } from './chat-context.ts'

/** Above the composer of the empty page: the mark over its own reflection, and a greeting. */
export function Greeting() {
  const { empty } = useTexts()
  return (
    <div className="greeting">
      <div className="mirror" aria-hidden="true">
        <Mark size={60} />
        <Mark size={60} className="mirror-image" />
      </div>
      <h1>{empty.greeting}</h1>
      <BeginsIn />
    </div>
  )
}

/** The folder in which the conversation will lie, and how to take it out of there. */
function BeginsIn() {
  const store = useStore()
  const { empty } = useTexts()
  const folder = useChat((state) => state.folders.find(({ id }) => id === state.newFolderId))
  if (!folder) return null
  return (
    <p className="begins-in">
      <Folder size={15} className="flex-none" aria-hidden />
      <span className="truncate">{fill(empty.inFolder, { name: folder.name })}</span>
      <button
        type="button"
        className="icon-button"
        aria-label={empty.leaveFolder}
        title={empty.leaveFolder}
        onClick={() => store.update((state) => ({ ...state, newFolderId: null }))}
      >
        <X size={14} aria-hidden />
      </button>
    </p>
  )
}

/** Below it: beginnings that are written into the composer, to be finished by the person. */
export function Starters({ onChoose }: { onChoose: (prompt: string, all: readonly string[]) => void }) {
  const { empty } = useTexts()
  const all = empty.starterList.map(({ prompt }) => prompt)
  return (
    <ul className="starters" aria-label={empty.starters}>
      {empty.starterList.map(({ title, about, prompt }) => (
        <li key={title}>
          <button type="button" className="starter" onClick={() => onChoose(prompt, all)}>
            <span className="font-medium text-ink">{title}</span>
            <span className="text-muted text-sm">{about}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** To whoever has asked nothing yet: what this is, and what becomes of what one writes. */
export function FirstVisit() {
  const { empty, terms, privacy } = useTexts()
  const isFirst = useChat((state) => state.conversations.length === 0)
  if (!isFirst) return null
  return (
    <p className="first-visit">
      {empty.firstVisit} <a href="/terms">{terms}</a> · <a href="/privacy">{privacy}</a>
    </p>
  )
}
