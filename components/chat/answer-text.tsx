'use client'

import { Component, lazy, type ReactNode, Suspense } from 'react'

const loadMarkdown = () => import('./markdown.tsx')

const Markdown = lazy(async () => ({ default: (await loadMarkdown()).Markdown }))

/** Fetches the Markdown renderer before the first answer needs it. A failure shows itself when it is used. */
export function preloadMarkdown(): void {
  loadMarkdown().catch(() => undefined)
}

/** Text of an answer: formatted, and plain while the formatter is on its way or where it cannot be had. */
export function AnswerText({ text, running }: { text: string; running: boolean }) {
  const plain = <p className="prose whitespace-pre-wrap">{text}</p>
  return (
    <PlainOnFailure plain={plain}>
      <Suspense fallback={plain}>
        <Markdown text={text} running={running} />
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
