'use client'

import { sourcesOf } from '#lib/chat/citations.ts'
import type { Part } from '#lib/chat/parts.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { useReading } from '../chat-context.ts'
import { PageLinks } from './page-links.tsx'
import './tools.css'

/** The pages that an answer rests on, numbered. Nothing of them is loaded, not even their signs. */
export function SourceList({ parts }: { parts: readonly Part[] }) {
  const texts = toolTexts[useReading().locale]
  const pages = sourcesOf(parts)
  if (pages.length === 0) return null
  return (
    <section className="sources" aria-label={texts.sources}>
      <p className="sources-title" aria-hidden="true">
        {texts.sources}
      </p>
      <PageLinks pages={pages} />
    </section>
  )
}
