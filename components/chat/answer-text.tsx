'use client'

import { Component, lazy, type ReactNode, Suspense, useEffect } from 'react'
import type { MarkdownProps } from './markdown/markdown.tsx'

const loadMarkdown = () => import('./markdown/markdown.tsx')

/** Settled by the first sign of a person, or by an answer that grows. */
const wanted = Promise.withResolvers<void>()

/** Fetches the Markdown renderer; resolves when it is there. A failure resolves too, and shows itself when it is used. */
export async function wantMarkdown(): Promise<void> {
  wanted.resolve()
  await loadMarkdown().catch(() => undefined)
}

/**
 * The server formats an answer that is there when the page is made, and React keeps that HTML while the component is on
 * its way. So reading a conversation costs none of the renderer's JavaScript; touching the page fetches it.
 */
const Markdown = lazy(async () => {
  if (typeof window !== 'undefined') await wanted.promise
  return { default: (await loadMarkdown()).Markdown }
})

/**
 * Formulas and diagrams, by the look of it: as they were written they are hard to read, so the renderer does not wait for
 * a touch.
 */
const IS_DRAWN = /\$\$|\\[([]|\$[^\s$][^$\n]*\$|^[ \t>]*(?:`{3}|~{3})mermaid/m

/** Text of an answer: formatted, and plain while the formatter is on its way or where it cannot be had. */
export function AnswerText({ text, citations, running }: MarkdownProps) {
  useEffect(() => {
    if (running || IS_DRAWN.test(text)) void wantMarkdown()
  }, [running, text])
  const plain = <p className="prose whitespace-pre-wrap">{text}</p>
  return (
    <PlainOnFailure plain={plain}>
      <Suspense fallback={plain}>
        <Markdown text={text} citations={citations} running={running} />
      </Suspense>
    </PlainOnFailure>
  )
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
