'use client'

import { useLayoutEffect, useRef } from 'react'

interface Place {
  href: string
  title: string
  isCurrent: boolean
  /** How many things wait there, for the eye and for the ear. */
  waiting?: { count: number; inWords: string } | undefined
}

/** The ways between the account and the pages of the console. Where they go on beyond the edge, the present one is in sight. */
export function AccountNav({ label, places }: { label: string; places: readonly Place[] }) {
  const nav = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (nav.current && current) nav.current.scrollLeft = current.offsetLeft - nav.current.clientWidth / 3
  }, [])
  return (
    <nav ref={nav} className="account-nav" aria-label={label}>
      {places.map(({ href, title, isCurrent, waiting }) => (
        <a key={href} href={href} aria-current={isCurrent ? 'page' : undefined}>
          {title}
          {waiting && (
            <>
              <span className="account-count" aria-hidden>
                {waiting.count}
              </span>
              <span className="sr-only">{waiting.inWords}</span>
            </>
          )}
        </a>
      ))}
    </nav>
  )
}
