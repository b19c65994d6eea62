'use client'

import {
  type ComponentProps,
  isValidElement,
  type ReactNode,
  type RefObject,
  Suspense,
  useEffect,
  useRef,
  useState,
} from 'react'
import { useIsCodeFenceIncomplete } from 'streamdown'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { CodeFigure } from './code-figure.tsx'
import { drawForPaper } from './diagram/for-paper.ts'

/** A fenced block: code, or a diagram once its fence has closed. */
export function CodeBlock({ children }: ComponentProps<'pre'> & { node?: unknown }) {
  const { className, text } = readCode(children)
  const language = /language-(\S+)/.exec(className)?.[1]
  const isOpen = useIsCodeFenceIncomplete()
  return language === 'mermaid' && !isOpen ? (
    <DiagramPlace source={text} />
  ) : (
    <CodeFigure language={language} text={text} />
  )
}

const Diagram = lazyPart(async () => (await import('./diagram/diagram.tsx')).Diagram)

/** The source, and the diagram when a reader or a printer comes near: what draws it is large, and drawing takes time. */
function DiagramPlace({ source }: { source: string }) {
  const place = useRef<HTMLDivElement>(null)
  const isNear = useIsNear(place)
  const code = <CodeFigure language="mermaid" text={source} />
  return (
    <div ref={place} data-diagram>
      {isNear ? (
        <Suspense fallback={code}>
          <Diagram source={source} />
        </Suspense>
      ) : (
        code
      )}
    </div>
  )
}

/** Whether an element has ever been within a screen of being seen, or about to be printed. */
function useIsNear(place: RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    if (!place.current || isNear) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), {
      rootMargin: '100%',
    })
    observer.observe(place.current)
    const callOff = drawForPaper(place.current, () => setNear(true))
    return () => {
      observer.disconnect()
      callOff()
    }
  }, [place, isNear])
  return isNear
}

/** Markdown's `pre` holds exactly one `code` with one text. */
function readCode(children: ReactNode): { className: string; text: string } {
  if (!isValidElement<ComponentProps<'code'>>(children))
    return { className: '', text: String(children ?? '') }
  const { className = '', children: text } = children.props
  return { className, text: typeof text === 'string' ? text.replace(/\n$/, '') : '' }
}
