import { createContext, startTransition, useEffect, useState } from 'react'
import { useAwake } from '#components/ui/use-awake.ts'

type MathPlugin = typeof import('./math.ts').math

let loaded: MathPlugin | undefined

/** What sets the formulas of a text, for its blocks; see {@link useMath}. */
export const MathContext = createContext<MathPlugin | undefined>(undefined)

/** The plugin for mathematics, once it is needed and there. Until then formulas are shown as they were written. */
export function useMath(isNeeded: boolean): MathPlugin | undefined {
  // What is loaded before the page has come alive would not match what the server made.
  const isAwake = useAwake()
  const [plugin, setPlugin] = useState(isAwake ? loaded : undefined)
  useEffect(() => {
    if (!isNeeded || plugin) return
    let isGone = false
    const show = (math: MathPlugin) => {
      loaded = math
      if (!isGone) startTransition(() => setPlugin(math))
    }
    if (loaded) show(loaded)
    // Without it the formulas stay readable; the next answer tries again.
    else import('./math.ts').then((module) => show(module.math)).catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [isNeeded, plugin])
  return isNeeded ? plugin : undefined
}
