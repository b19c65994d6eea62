'use client'

import type { ComponentProps } from 'react'
import { useTexts } from '../chat-context.ts'
import { CopyButton } from '../copying/copy-button.tsx'

/** A table that scrolls in its own box, and is copied so that spreadsheets understand it. */
export function Table({ children }: ComponentProps<'table'> & { node?: unknown }) {
  const { markdown } = useTexts()
  return (
    <figure className="table-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <section className="table-scroll" aria-label={markdown.table} tabIndex={0}>
        <table dir="auto">{children}</table>
      </section>
      <CopyButton
        label={markdown.copyTable}
        doneLabel={markdown.tableCopied}
        className="icon-button table-copy"
        content={(button) => {
          const table = button.parentElement?.querySelector('table')
          return table ? { text: tsvOf(table), html: table.outerHTML } : { text: '' }
        }}
      />
    </figure>
  )
}

/** Rows as lines, cells between tabs; what would break a cell apart becomes a space. */
export function tsvOf(table: HTMLTableElement): string {
  return [...table.rows]
    .map((row) =>
      [...row.cells].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()).join('\t'),
    )
    .join('\n')
}
