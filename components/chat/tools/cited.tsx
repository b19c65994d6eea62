'use client'

import { createContext, useContext } from 'react'
import type { Source } from '#lib/chat/citations.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useTexts } from '../chat-context.ts'

/** The pages that the answer around rests on, in the order of their numbers. */
export const SourcesContext = createContext<readonly Source[]>([])

/** Where the links lead that stand for citations, until they are shown: no page of the web has such an address. */
const ADDRESS = '#tain-source-'

/** A citation as Markdown has it. */
export const citationLink = (number: number) => `[${number}](${ADDRESS}${number})`

/** The number of the page that such a link cites; undefined for all other links. */
export function citedNumber(href: string): number | undefined {
  return href.startsWith(ADDRESS) ? Number(href.slice(ADDRESS.length)) : undefined
}

/** A small number that leads to the page it stands for. */
export function Cited({ number }: { number: number }) {
  const source = useContext(SourcesContext)[number - 1]
  const { source: label } = useTexts().answer
  if (!source) return <>{`[${number}]`}</>
  const { url, title, host } = source
  return (
    <sup className="cited">
      <a
        href={url}
        title={title === host ? host : `${title} · ${host}`}
        aria-label={fill(label, { number, title })}
        target="_blank"
        rel="noopener noreferrer nofollow"
      >
        {number}
      </a>
    </sup>
  )
}
