'use client'

import { MessageCircleDashed } from 'lucide-react'
import { temporaryTexts } from '#lib/i18n/rooms/temporary.ts'
import { useReading } from '../chat-context.ts'
import './temporary.css'

/** Above the composer of a temporary chat in which nothing has been said: what it is. */
export function TemporaryIntro() {
  const words = temporaryTexts[useReading().locale]
  return (
    <div className="greeting temporary-intro">
      <MessageCircleDashed size={44} strokeWidth={1.25} aria-hidden className="mx-auto text-muted" />
      <h1>{words.title}</h1>
      <p>{words.intro}</p>
      <p className="text-muted text-sm">{words.limits}</p>
    </div>
  )
}

/** Above the composer of one in which something has. */
export function TemporaryNote() {
  const words = temporaryTexts[useReading().locale]
  return (
    <p className="temporary-note">
      <MessageCircleDashed size={14} aria-hidden />
      {words.note}
    </p>
  )
}
