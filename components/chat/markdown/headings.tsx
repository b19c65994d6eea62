'use client'

import { type ComponentProps, createContext, useContext } from 'react'

type Level = 1 | 2 | 3 | 4 | 5 | 6

/** The page's own headings are levels 1 and 2. */
const FIRST_LEVEL = 3
const FENCED = /^[ \t>]*(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t>]*\1[`~]*[ \t]*$|$(?![\s\S]))/gm
const HEADING = /^[ \t]{0,3}(#{1,6})(?=[ \t])|^(?=[^\n]*\S)[^\n]*\n[ \t]{0,3}(=+|-+)[ \t]*$/gm

/** The highest level of the headings in a Markdown text; 1 where it has none. */
export function topLevelOf(text: string): Level {
  const levels = [...text.replace(FENCED, '').matchAll(HEADING)].map(([, marks, line]) =>
    marks === undefined ? (line?.startsWith('=') ? 1 : 2) : marks.length,
  )
  // A heading has one to six marks.
  return (levels.length === 0 ? 1 : Math.min(...levels)) as Level
}

/** The highest level of an answer's headings, which is the first below the page's own. */
export const TopLevel = createContext<Level>(1)

function createHeading(level: Level) {
  const Tag = `h${level}` as const
  /** Keeps its tag for copying, and has the level that follows from where it is. */
  return function Heading({ children, id }: ComponentProps<'h1'> & { node?: unknown }) {
    const above = level - useContext(TopLevel)
    return (
      <Tag id={id} aria-level={Math.min(FIRST_LEVEL + Math.max(0, above), 6)}>
        {children}
      </Tag>
    )
  }
}

export const headings = {
  h1: createHeading(1),
  h2: createHeading(2),
  h3: createHeading(3),
  h4: createHeading(4),
  h5: createHeading(5),
  h6: createHeading(6),
}
