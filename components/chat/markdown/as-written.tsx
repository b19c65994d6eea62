'use client'

import { longTexts } from '#lib/i18n/rooms/long-answers.ts'
import { useReading } from '../chat-context.ts'

/** An answer of so much markup that formatting it would hold up the page, with the button that does it all the same. */
export function AsWritten({ text, onFormat }: { text: string; onFormat: () => void }) {
  const words = longTexts[useReading().locale]
  return (
    <>
      <p className="prose whitespace-pre-wrap">{text}</p>
      <div className="as-written" data-control>
        <p>{words.asWritten}</p>
        <button type="button" className="button" onClick={onFormat}>
          {words.format}
        </button>
      </div>
    </>
  )
}
