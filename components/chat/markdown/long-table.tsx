'use client'

import { type ReactNode, useMemo } from 'react'
import { Block, type BlockProps, type Components } from 'streamdown'
import { Table } from './table.tsx'

/** So many rows are parsed together. */
const ROWS = 40

/** A table in pieces, each with the head, which says how many columns there are and where their text stands. */
export interface TablePieces {
  head: string
  rows: string[]
}

/** Only what nothing can be mistaken for: bare edges, and no character that might be part of something else. */
const HEAD = /^\|[^\n`\\<[]*\|[ \t]*$/
const DELIMITERS = /^\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$/

/**
 * The pieces of a block that is a long table and nothing else; undefined for every other. A row means the same wherever it
 * stands, so that all pieces but the last are settled while the table grows.
 */
export function readLongTable(content: string): TablePieces | undefined {
  if (!content.startsWith('|')) return undefined
  const [head = '', delimiters = '', ...lines] = content.trimEnd().split('\n')
  if (lines.length <= ROWS || !HEAD.test(head) || !DELIMITERS.test(delimiters)) return undefined
  if (head.trim().split('|').length !== delimiters.trim().split('|').length) return undefined
  if (!lines.every((line) => line.startsWith('|'))) return undefined
  const pieces = Array.from({ length: Math.ceil(lines.length / ROWS) }, (_, index) =>
    lines.slice(index * ROWS, (index + 1) * ROWS).join('\n'),
  )
  return { head: `${head}\n${delimiters}\n`, rows: pieces }
}

/** Renders as the whole table would be. */
export function LongTable({ block, table }: { block: BlockProps; table: TablePieces }) {
  const { components } = block
  const [headOnly, rowsOnly] = useMemo(
    () => [only(components, 'thead'), only(components, 'tbody')],
    [components],
  )
  return (
    <Table>
      <Block {...block} components={headOnly} content={table.head} />
      <tbody>
        {table.rows.map((rows, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are only ever appended.
          <Block key={index} {...block} components={rowsOnly} content={table.head + rows} />
        ))}
      </tbody>
    </Table>
  )
}

// Each kind of element has properties of its own; all have children.
const inside = (props: object) => (props as { children?: ReactNode }).children
const nothing = () => null

/** Of a table its head, or the rows of its body. */
function only(components: Components | undefined, part: 'thead' | 'tbody'): Components {
  return part === 'thead'
    ? { ...components, table: inside, tbody: nothing }
    : { ...components, table: inside, thead: nothing, tbody: inside }
}
