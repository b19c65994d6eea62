'use client'

import {
  Component,
  lazy,
  type ReactNode,
  Suspense,
  startTransition,
  useEffect,
  useMemo,
  useState,
} from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { tellMissing } from '#components/ui/missing-part.ts'
import { useAwake } from '#components/ui/use-awake.ts'
import type { MarkdownProps } from '../markdown/markdown.tsx'
import { isLong, isTooMuch } from '../markdown/markup.ts'

const loadMarkdown = () => import('../markdown/markdown.tsx')

/** Settled by the first sign of a person, or by an answer that grows. */
let want = () => {}
const wanted = new Promise<void>((resolve) => {
  want = resolve
})

/** Fetches the Markdown renderer; resolves when it is there. A failure resolves too, and shows itself when it is used. */
export async function wantMarkdown(): Promise<void> {
  want()
  await loadMarkdown().catch(() => undefined)
}

/**
 * The server formats an answer that is there when the page is made, and React keeps that HTML while the component is on
 * its way. So reading a conversation costs none of the renderer's JavaScript; touching the page fetches it.
 */
const Markdown = lazy(async () => {
  if (typeof window !== 'undefined') await wanted
  const { Markdown } = await loadMarkdown().catch((error: unknown) => {
    void tellMissing()
    throw error
  })
  return { default: Markdown }
})

/**
 * Formulas and diagrams, by the look of it: as they were written they are hard to read, so the renderer does not wait for
 * a touch.
 */
const IS_DRAWN = /\$\$|\\[([]|\$[^\s$][^$\n]*\$|^[ \t>]*(?:`{3}|~{3})mermaid/m

const AsWritten = lazyPart(async () => (await import('../markdown/as-written.tsx')).AsWritten)

/** After so many more characters a growing text is looked at again, whether it is too much to format. */
const WEIGHED_CHARS = 2_000

interface AnswerTextProps extends MarkdownProps {
  /** The server has formatted enough for this page. */
  isLate?: boolean
}

/**
 * Text of an answer: formatted, and plain while the formatter is on its way or where it cannot be had. What is long is plain
 * for a moment, since the server does not format it; what would hang the page stays plain until somebody insists.
 */
export function AnswerText({ text, citations, running, isLate = false }: AnswerTextProps) {
  const [isEarly, setEarly] = useState(() => isLate || isLong(text))
  const [isForced, setForced] = useState(false)
  // Of what grows this is not asked with every word.
  const weighed = running ? text.slice(0, text.length - (text.length % WEIGHED_CHARS)) : text
  const isHeldBack = useMemo(() => isTooMuch(weighed), [weighed]) && !isForced
  useEffect(() => {
    if (running || isEarly || IS_DRAWN.test(text)) void wantMarkdown()
  }, [running, isEarly, text])
  useEffect(() => startTransition(() => setEarly(false)), [])
  const plain = <p className="prose whitespace-pre-wrap">{text}</p>
  if (isHeldBack) {
    return (
      <Suspense fallback={plain}>
        <AsWritten text={text} onFormat={() => setForced(true)} />
      </Suspense>
    )
  }
  if (isEarly) return plain
  return (
    <PlainOnFailure plain={plain}>
      <WantedWhereMade />
      <Suspense fallback={plain}>
        <Markdown text={text} citations={citations} running={running} />
      </Suspense>
    </PlainOnFailure>
  )
}

/**
 * Wants the renderer for an answer that comes without a page from the server, maybe without a touch as well: by the browser's own
 * buttons, or for a screen reader. A part of its own, since it is rendered once more after hydration: with it, what the server has
 * formatted would go.
 */
function WantedWhereMade() {
  const isAwake = useAwake()
  const [isMadeHere] = useState(isAwake)
  useEffect(() => {
    if (isMadeHere) void wantMarkdown()
  }, [isMadeHere])
  return null
}

class PlainOnFailure extends Component<{ plain: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? this.props.plain : this.props.children
  }
}
