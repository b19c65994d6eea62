'use client'

import type { SourcePart } from '#lib/chat/parts.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { useReading } from '../chat-context.ts'
import { pagesOf } from './tool-details.ts'
import './tools.css'

/** The pages that an answer rests on, numbered. Nothing of them is loaded, not even their signs. */
export function SourceList({ sources }: { sources: readonly SourcePart[] }) {
  const texts = toolTexts[useReading().locale]
  const pages = pagesOf(sources)
  if (pages.length === 0) return null
  return (
    <section className="sources" aria-label={texts.sources}>
      <p className="sources-title" aria-hidden="true">
        {texts.sources}
      </p>
      <ol>
        {pages.map(({ url, title, host }) => (
          <li key={url}>
            <a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow">
              {title}
            </a>
            {title !== host && <span className="source-host"> {host}</span>}
          </li>
        ))}
      </ol>
    </section>
  )
}
