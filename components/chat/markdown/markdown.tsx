'use client'

import {
  type ComponentProps,
  createElement,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { type Components, Streamdown } from 'streamdown'
import { markCitations } from '#lib/chat/citations.ts'
import type { Citation } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useTexts } from '../chat-context.ts'
import { Cited, citationLink, citedNumber, SourcesContext } from '../tools/cited.tsx'
import { MadeFileLink, MadeImage } from '../tools/made-file-views.tsx'
import { isMadeFile, linkMadeFiles, MadeFilesContext } from '../tools/made-files.ts'
import { Block } from './block.tsx'
import { CodeBlock } from './code-block.tsx'
import { growingText } from './growing-text.ts'
import { headings, TopLevel, topLevelOf } from './headings.tsx'
import { digitsOf } from './long-list.tsx'
import './markdown.css'
import { spellMath } from './math-text.ts'
import { plugins, remarkPlugins } from './remark-plugins.ts'
import { Table } from './table.tsx'
import { MathContext, useMath } from './use-math.ts'
import { endOfPiece, useReached } from './use-reached.ts'

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
  const shown = useMemo(() => (running ? growingText(cited) : cited), [cited, running])
  const topLevel = useMemo(() => topLevelOf(shown), [shown])
  const reached = useReached(shown)
  const { text: formatted, math } = useSpelled(shown.slice(0, reached))
  const isGrowing = running || reached < shown.length
  return (
    <TopLevel value={topLevel}>
      <MathContext value={math}>
        <Streamdown
          {...streamdownProps}
          BlockComponent={Block}
          isAnimating={isGrowing}
          parseIncompleteMarkdown={isGrowing}
          remend={REMEND}
        >
          {formatted}
        </Streamdown>
      </MathContext>
      {running && <Caret />}
      {reached < shown.length && <Plain text={shown} from={reached} />}
    </TopLevel>
  )
}

/** Marks the last block of a text that grows; the look of the caret is in prose.css. */
function Caret() {
  const place = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const last = place.current?.previousElementSibling?.lastElementChild
    last?.setAttribute('data-caret', '')
    return () => last?.removeAttribute('data-caret')
  })
  return <i ref={place} hidden />
}

/** Links are closed by `growing-text.ts`, which leaves what is around them to be closed as well. */
const REMEND = { links: false, images: false }

const CHEMISTRY = /\\(?:ce|pu)\{/

/** The text as it is to be parsed, and what sets its formulas, once that is there: in steps too, since setting takes long. */
function useSpelled(text: string) {
  const spelled = useMemo(() => spellMath(text), [text])
  const math = useMath(spelled.hasMath, CHEMISTRY.test(text))
  const [isFromBeginning] = useState(math !== undefined)
  const reached = useReached(math && !isFromBeginning ? text : '')
  const isWhole = isFromBeginning || reached >= text.length
  return useMemo(() => {
    if (!math) return { text, math }
    return {
      text: isWhole ? spelled.text : spellMath(text.slice(0, reached)).text + text.slice(reached),
      math,
    }
  }, [text, spelled, math, isWhole, reached])
}

/** So much of a text that is not formatted yet stands together, so that each step lays out little of it anew. */
const PLAIN_CHARS = 8_000

/** What is still to be formatted. */
function Plain({ text, from }: { text: string; from: number }) {
  const pieces: ReactNode[] = []
  for (let at = 0; at < text.length; ) {
    const end = endOfPiece(text, at, PLAIN_CHARS)
    if (end > from) {
      pieces.push(
        <div key={at} className="prose plain-piece">
          {text.slice(Math.max(at, from), end)}
        </div>,
      )
    }
    at = end
  }
  return pieces
}

export interface MarkdownProps {
  text: string
  /** The pages that the text cites; their numbers are those of the {@link SourcesContext}. */
  citations?: readonly Citation[] | undefined
  running: boolean
}

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

interface OrderedNode {
  properties?: { start?: unknown }
  children?: readonly { tagName?: string }[]
}

const Ordered = createSided('ol')

/** Numbers of three digits and more need room, of which the style sheet has to be told. */
function OrderedList(props: WithNode<'ol'>) {
  const node = props.node as OrderedNode | undefined
  const count = node?.children?.filter(({ tagName }) => tagName === 'li').length ?? 0
  return <Ordered data-digits={node && digitsOf(props.start, count)} {...props} />
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
  ol: OrderedList,
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

/** How answers are formatted, whatever they are. */
export const streamdownProps = {
  className: 'prose',
  components,
  plugins,
  remarkPlugins,
  controls: false,
  linkSafety: { enabled: false },
}
