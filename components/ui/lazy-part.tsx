'use client'

import { type ComponentType, lazy, useState } from 'react'

/**
 * A part of the page whose code comes when it is first shown; to be rendered inside a `Suspense`. While the site cannot
 * be reached nothing stands in its place, and showing it again is another try: with `lazy` alone, a page would break for
 * good over what it can do without.
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const attempt = () =>
    lazy(async () => {
      try {
        return { default: await load() }
      } catch (error) {
        console.warn('A part of the page could not be loaded:', error)
        part = attempt()
        return { default: () => null }
      }
    })
  let part = attempt()
  return function LazyPart(props: P) {
    const [Part] = useState(() => part)
    // The same props, whose type React's `lazy` splits into required and optional ones.
    return <Part {...(props as P & React.ComponentProps<typeof Part>)} />
  }
}
