import { startTransition, useEffect, useState } from 'react'

type MathPlugin = typeof import('./math.ts').math

let loaded: MathPlugin | undefined

/** The plugin for mathematics, once it is needed and there. Until then formulas are shown as they were written. */
export function useMath(isNeeded: boolean, isGrowing: boolean): MathPlugin | undefined {
  // What is loaded before the page has come alive would not match what the server made.
  const [plugin, setPlugin] = useState<MathPlugin>()
  useEffect(() => {
    if (!isNeeded || plugin) return
    let isGone = false
    const show = (math: MathPlugin) => {
      loaded = math
      if (isGone) return
      // Hundreds of formulas at once would hold up the page. What grows is drawn anew at every frame, and would never come to it.
      if (isGrowing) setPlugin(math)
      else startTransition(() => setPlugin(math))
    }
    if (loaded) show(loaded)
    // Without it the formulas stay readable; the next answer tries again.
    else import('./math.ts').then((module) => show(module.math)).catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [isNeeded, plugin, isGrowing])
  return isNeeded ? plugin : undefined
}
