import { startTransition, useEffect, useRef, useState } from 'react'
import type { CodePiece } from './highlight.ts'

type Highlighter = typeof import('./highlight.ts')

let highlighter: Highlighter | undefined

/** Longer code is shown plain: colouring it would hold up the page. */
const MAX_CHARS = 60_000
/** Growing code is coloured again after so many times what it took, so that there is time for everything else. */
const REST = 4

/** Code, whole, in pieces of a kind. */
export interface ColoredCode {
  code: string
  pieces: readonly CodePiece[]
}

/**
 * The code in pieces of a kind, or undefined while it is to be shown plain: the language is unknown or on its way, or the code is
 * very long. Of growing code it may be a beginning.
 */
export function useHighlight(name: string | undefined, code: string): ColoredCode | undefined {
  const language = useLanguage(name)
  const [colored, setColored] = useState<ColoredCode>()
  const latest = useRef({ language, code })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const restMs = useRef(0)
  useEffect(() => {
    latest.current = { language, code }
    if (!language || code.length > MAX_CHARS) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      const { language: known, code: whole } = latest.current
      if (!known || !highlighter) return
      const began = performance.now()
      const next = { code: whole, pieces: highlighter.highlight(known, whole) }
      restMs.current = REST * (performance.now() - began)
      startTransition(() => setColored(next))
    }, restMs.current)
  }, [language, code])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  return language && code.length <= MAX_CHARS && colored && code.startsWith(colored.code)
    ? colored
    : undefined
}

/** The language that is meant, once it is loaded. */
function useLanguage(name: string | undefined): string | undefined {
  const [language, setLanguage] = useState<string>()
  useEffect(() => {
    if (name === undefined) return
    let isGone = false
    const load = async () => {
      highlighter ??= await import('./highlight.ts')
      const known = highlighter.languageOf(name)
      if (known === undefined) return
      await highlighter.loadLanguage(known)
      if (!isGone) setLanguage(known)
    }
    // Without it code is plain; the next block tries again.
    load().catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [name])
  return language
}
