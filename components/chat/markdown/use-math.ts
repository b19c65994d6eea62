import { createContext, startTransition, useEffect, useState } from 'react'
import { useAwake } from '#components/ui/use-awake.ts'

type MathPlugin = typeof import('./math.ts').math

let loaded: MathPlugin | undefined
/** The same when the language of chemistry is there too; another object, so that formulas are set again. */
let loadedWithChemistry: MathPlugin | undefined

/** What sets the formulas of a text, for its blocks; see {@link useMath}. */
export const MathContext = createContext<MathPlugin | undefined>(undefined)

/**
 * The plugin for mathematics, once it is needed and there, and where `\ce{…}` is written with what reads that. Until then formulas
 * are shown as they were written.
 */
export function useMath(isNeeded: boolean, hasChemistry: boolean): MathPlugin | undefined {
  // What is loaded before the page has come alive would not match what the server made.
  const isAwake = useAwake()
  const [plugin, setPlugin] = useState(isAwake ? (loadedWithChemistry ?? loaded) : undefined)
  const isThere = plugin !== undefined && (!hasChemistry || plugin === loadedWithChemistry)
  useEffect(() => {
    if (!isNeeded || isThere) return
    let isGone = false
    load(hasChemistry)
      .then((math) => !isGone && startTransition(() => setPlugin(math)))
      // Without it the formulas stay readable; the next answer tries again.
      .catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [isNeeded, isThere, hasChemistry])
  return isNeeded ? plugin : undefined
}

async function load(hasChemistry: boolean): Promise<MathPlugin> {
  loaded ??= (await import('./math.ts')).math
  if (!hasChemistry) return loaded
  await import('katex/contrib/mhchem')
  loadedWithChemistry ??= { ...loaded }
  return loadedWithChemistry
}
