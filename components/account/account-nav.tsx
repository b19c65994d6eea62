'use client'

import { useLayoutEffect, useRef } from 'react'

interface Place {
  href: string
  title: string
  isCurrent: boolean
  /** How many things wait there, and how that is said. */
  waiting?: { count: number; label: string } | undefined
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
        <a key={href} href={href} aria-current={isCurrent ? 'page' : undefined} aria-label={waiting?.label}>
          {title}
          {waiting && <span className="account-count">{waiting.count}</span>}
        </a>
      ))}
    </nav>
  )
}
