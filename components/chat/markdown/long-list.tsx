'use client'

import { type ComponentProps, createContext, type ReactNode, useContext, useMemo } from 'react'
import { Block, type BlockProps, type Components } from 'streamdown'

/** So many items are parsed together. */
const ITEMS = 24

/** A list in pieces, each of which would be a list of its own. */
export interface ListPieces {
  tag: 'ul' | 'ol'
  /** The number of the first item, where it is not 1. */
  start: number | undefined
  items: string[]
  /** How many items there are. */
  count: number
}

/** How many digits the last number of a list has, where that is more than there is room for by itself. */
export function digitsOf(start: number | undefined, count: number): number | undefined {
  const digits = String((start ?? 1) + count - 1).length
  return digits > 2 ? Math.min(4, digits) : undefined
}

/** An item's own line: its marker, and words that are no box to tick. */
const ITEM = /^(?:([-*+])|(\d{1,9})([.)]))( {1,4})(?! |\[[ xX]\])\S/
/** The beginning of code, which ends where it is closed or its item ends, and with it some empty lines or none. */
const FENCE = /(?:`{3}|~{3})/
/** A line between paragraphs, which looks like an item. */
const RULE = /^(?:[-*][ \t]*){3,}$/

/**
 * The pieces of a block that is a long list and nothing else; undefined for every other. Its items all begin at the margin, with
 * one kind of marker, everything else stands within them, and either all have an empty line between them or none: then an item
 * means the same wherever it stands, so that all pieces but the last are settled while the list grows.
 */
export function readLongList(content: string): ListPieces | undefined {
  if (!/^(?:[-*+]|\d{1,9}[.)]) /.test(content)) return undefined
  const lines = content.trimEnd().split('\n')
  if (lines.length <= ITEMS || FENCE.test(content)) return undefined
  const first = ITEM.exec(lines[0] ?? '')
  const begins: number[] = []
  let indent = 0
  let empty = 0
  let apart = 0
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') {
      empty++
      continue
    }
    const marker = ITEM.exec(line)
    if (marker && marker[1] === first?.[1] && marker[3] === first?.[3] && !RULE.test(line)) {
      if (at > 0 && lines[at - 1]?.trim() === '') apart++
      begins.push(at)
      indent = marker[0].length - 1
    } else if (line.search(/[^ ]/) < indent) return undefined
  }
  const isTight = empty === 0
  if (begins.length <= ITEMS || !(isTight || apart === begins.length - 1)) return undefined
  const items: string[] = []
  // The last piece takes one more: alone an item would not show whether there are empty lines between them.
  for (let from = 0; from < begins.length; from += ITEMS) {
    const isLast = begins.length - from <= ITEMS + 1
    items.push(lines.slice(begins[from], isLast ? undefined : begins[from + ITEMS]).join('\n'))
    if (isLast) break
  }
  const number = first?.[2] === undefined ? 1 : Number(first[2])
  return {
    tag: first?.[1] ? 'ul' : 'ol',
    start: number === 1 ? undefined : number,
    items,
    count: begins.length,
  }
}

const InList = createContext(false)

/** Renders as the whole list would be. */
export function LongList({ block, list }: { block: BlockProps; list: ListPieces }) {
  const { components } = block
  const itemsOnly = useMemo(() => withoutOuter(components), [components])
  const List = (components?.[list.tag] ?? list.tag) as 'ol'
  return (
    <List
      {...(list.start !== undefined && { start: list.start })}
      data-digits={list.tag === 'ol' ? digitsOf(list.start, list.count) : undefined}
    >
      {'\n'}
      {list.items.map((items, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items are only ever appended.
        <Block key={index} {...block} components={itemsOnly} content={items} />
      ))}
    </List>
  )
}

/** Lists within items stay; the one around all items is there already. */
function withoutOuter(components: Components | undefined): Components {
  const only = (tag: 'ul' | 'ol') => {
    const List = (components?.[tag] ?? tag) as 'ol'
    return function Inner(props: ComponentProps<'ol'>): ReactNode {
      const { children } = props
      if (useContext(InList)) return <List {...props} />
      // The end of a line before its first item is that behind the last item of the piece before.
      const items = Array.isArray(children) && children[0] === '\n' ? children.slice(1) : children
      return <InList value>{items}</InList>
    }
  }
  return { ...components, ul: only('ul'), ol: only('ol') } as Components
}
