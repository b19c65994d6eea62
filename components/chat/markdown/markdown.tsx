'use client'

import { cjk } from '@streamdown/cjk'
import { type ComponentProps, createElement, useContext, useMemo } from 'react'
import { type Components, defaultRemarkPlugins, Streamdown } from 'streamdown'
import { markCitations } from '#lib/chat/citations.ts'
import type { Citation } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useTexts } from '../chat-context.ts'
import { Cited, citationLink, citedNumber, SourcesContext } from '../tools/cited.tsx'
import { MadeFileLink, MadeImage } from '../tools/made-file-views.tsx'
import { isMadeFile, linkMadeFiles, MadeFilesContext } from '../tools/made-files.ts'
import { CodeBlock } from './code-block.tsx'
import { headings, TopLevel, topLevelOf } from './headings.tsx'
import { htmlAsText } from './html-as-text.ts'
import './markdown.css'
import { spellMath } from './math-text.ts'
import { Table } from './table.tsx'
import { useMath } from './use-math.ts'

/**
 * An answer's Markdown. Loaded when the first answer is near, so that the empty page does not carry it. Nothing in it
 * loads from elsewhere: images become links, unless they are files of the answer, and HTML becomes text.
 */
export function Markdown({ text, citations, running }: MarkdownProps) {
  const sources = useContext(SourcesContext)
  const files = useContext(MadeFilesContext)
  const cited = useMemo(() => {
    const marked = citations ? markCitations({ text, citations }, sources, citationLink) : text
    return marked.includes('sandbox:') ? linkMadeFiles(marked, files) : marked
  }, [text, citations, sources, files])
  const shown = running ? cited.replace(FENCE_BEGINNING, '').replace(CITATION_BEGINNING, '') : cited
  const spelled = useMemo(() => spellMath(shown), [shown])
  const math = useMath(spelled.hasMath, running)
  const plugins = useMemo(() => (math ? { cjk, math } : { cjk }), [math])
  const topLevel = useMemo(() => topLevelOf(shown), [shown])
  return (
    <TopLevel value={topLevel}>
      <Streamdown
        className="prose"
        components={components}
        plugins={plugins}
        remarkPlugins={remarkPlugins}
        controls={false}
        linkSafety={linkSafety}
        isAnimating={running}
        parseIncompleteMarkdown={running}
      >
        {math ? spelled.text : shown}
      </Streamdown>
    </TopLevel>
  )
}

export interface MarkdownProps {
  text: string
  /** The pages that the text cites; their numbers are those of the {@link SourcesContext}. */
  citations?: readonly Citation[] | undefined
  running: boolean
}

/** A link in brackets at the end is most likely a citation, which becomes a small number once it has arrived. */
const CITATION_BEGINNING = /[ ]?[(（]\[[^\]\n]*(?:\](?:\([^)\s]*\)?[)）]?)?)?$/
/** One or two backticks where a line begins are most likely a fence half arrived; shown, they would flicker. */
const FENCE_BEGINNING = /(?<=^|\n)[ \t]*`{1,2}$/

const linkSafety = { enabled: false }
const remarkPlugins = [...Object.values(defaultRemarkPlugins), htmlAsText]

type WithNode<T extends keyof React.JSX.IntrinsicElements> = ComponentProps<T> & { node?: unknown }

/** Addresses that lead somewhere from a page. */
const LEADS = /^(?:https?:|mailto:|tel:|\/)/i

function Link({ href, title, children, id, ...props }: WithNode<'a'>) {
  if (!href) return <span>{children}</span>
  const number = citedNumber(href)
  if (number !== undefined) return <Cited number={number} />
  if (isMadeFile(href)) return <MadeFileLink href={href}>{children}</MadeFileLink>
  if (href.startsWith('#')) {
    return (
      <a href={href} id={id} aria-label={props['aria-label']} className={props.className}>
        {children}
      </a>
    )
  }
  // While its address is arriving, a link has one of the library's own.
  if (!LEADS.test(href)) return <span>{children}</span>
  return (
    <a href={href} title={title ?? href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  )
}

function ImageLink({ src, alt }: WithNode<'img'>) {
  const { image, imageUnnamed } = useTexts().markdown
  const label = alt ? fill(image, { alt }) : imageUnnamed
  if (typeof src === 'string' && isMadeFile(src)) return <MadeImage href={src} alt={alt ?? ''} />
  return typeof src === 'string' && /^https?:/.test(src) ? (
    <Link href={src}>{label}</Link>
  ) : (
    <span>{label}</span>
  )
}

/** Of a task list: to be read, not to be ticked. */
function TaskBox({ checked }: WithNode<'input'>) {
  const { taskDone, taskOpen } = useTexts().markdown
  return (
    <input type="checkbox" checked={checked === true} disabled aria-label={checked ? taskDone : taskOpen} />
  )
}

/** What has a side from which it is read, by the script of its own text. */
function createSided<T extends 'ul' | 'ol' | 'blockquote'>(tag: T) {
  return function Sided({ node: _, ...props }: WithNode<T>) {
    return createElement<object>(tag, { dir: 'auto', ...props })
  }
}

const components: Components = {
  a: Link,
  img: ImageLink,
  pre: CodeBlock,
  table: Table,
  ...headings,
  // Named so that Streamdown's own looks stay out; ours are in prose.css.
  blockquote: createSided('blockquote'),
  code: 'code',
  hr: 'hr',
  input: TaskBox,
  li: 'li',
  ol: createSided('ol'),
  p: 'p',
  section: 'section',
  strong: 'strong',
  sub: 'sub',
  sup: 'sup',
  tbody: 'tbody',
  td: 'td',
  th: 'th',
  thead: 'thead',
  tr: 'tr',
  ul: createSided('ul'),
}
