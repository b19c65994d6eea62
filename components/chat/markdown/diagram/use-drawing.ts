import { useEffect, useState } from 'react'
import { drawDiagram } from './draw-diagram.ts'
import type { Drawing } from './harmless-svg.ts'
import type { Scheme } from './theme-variables.ts'

/** A drawing and where the browser has it, or what is wrong with its source; undefined while it is being drawn. */
export type Drawn = (Drawing & { url: string; scheme: Scheme }) | { error: string }

/** Draws, and draws again in another scheme; until that is there the one before stays. */
export function useDrawing(source: string, scheme: Scheme): Drawn | undefined {
  const [drawn, setDrawn] = useState<Drawn>()
  useEffect(() => {
    let url: string | undefined
    let isGone = false
    drawDiagram(source, scheme).then(
      (drawing) => {
        if (isGone) return
        url = URL.createObjectURL(new Blob([drawing.svg], { type: 'image/svg+xml' }))
        setDrawn({ ...drawing, url, scheme })
      },
      (error: unknown) => {
        if (!isGone) setDrawn({ error: error instanceof Error ? error.message : String(error) })
      },
    )
    return () => {
      isGone = true
      // The next drawing takes its place in the same moment, or the element is gone.
      const old = url
      if (old) setTimeout(() => URL.revokeObjectURL(old), 10_000)
    }
  }, [source, scheme])
  return drawn
}
