'use client'

import { type ComponentType, lazy, useEffect, useState } from 'react'
import { tellMissing } from './missing-part.ts'

/**
 * A part of the page whose code comes when it is first shown; to be rendered inside a `Suspense`. Where it cannot be had (no
 * network, or another version of the site since) nothing stands in its place, what would have closed it (`onClose`) is called, and
 * the page says why. Showing it again is another try: with `lazy` alone, the whole page would break over what it can do without.
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const attempt = () =>
    lazy(async () => {
      try {
        return { default: await load() }
      } catch (error) {
        console.warn('A part of the page could not be loaded:', error)
        void tellMissing()
        part = attempt()
        return { default: Missing as ComponentType<P> }
      }
    })
  let part = attempt()
  return function LazyPart(props: P) {
    const [Part] = useState(() => part)
    // The same props, whose type React's `lazy` splits into required and optional ones.
    return <Part {...(props as P & React.ComponentProps<typeof Part>)} />
  }
}

/** In the place of a part that is not there. What stayed open without it could not be opened again. */
function Missing({ onClose }: { onClose?: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as if it had been closed at once.
  useEffect(() => onClose?.(), [])
  return null
}
