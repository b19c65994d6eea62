import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { CodePiece } from './highlight.ts'

type Highlighter = typeof import('./highlight.ts')

let highlighter: Highlighter | undefined

/** Longer code is shown plain: colouring it would hold up the page. */
const MAX_CHARS = 60_000

/**
 * The code in pieces of a kind, or undefined while it is to be shown plain: the language is unknown or on its way, or
 * the code is very long. Growing code is coloured when the page has time for it, and what has come since stays plain.
 */
export function useHighlight(name: string | undefined, code: string): CodePiece[] | undefined {
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
  const ready = useDeferredValue(code)
  const pieces = useMemo(
    () =>
      language && highlighter && ready.length <= MAX_CHARS
        ? highlighter.highlight(language, ready)
        : undefined,
    [language, ready],
  )
  if (!pieces || !code.startsWith(ready)) return undefined
  return ready === code ? pieces : [...pieces, code.slice(ready.length)]
}
