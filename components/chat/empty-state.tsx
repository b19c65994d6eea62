'use client'

import { Mark } from '#components/ui/mark.tsx'
import { useChat, useTexts } from './chat-context.ts'

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
    </div>
  )
}

/** Below it: beginnings that are written into the composer, to be finished by the person. */
export function Starters({ onChoose }: { onChoose: (prompt: string) => void }) {
  const { empty } = useTexts()
  return (
    <ul className="starters" aria-label={empty.starters}>
      {empty.starterList.map(({ title, about, prompt }) => (
        <li key={title}>
          <button type="button" className="starter" onClick={() => onChoose(prompt)}>
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
