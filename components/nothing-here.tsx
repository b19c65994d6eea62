import type { ReactNode } from 'react'
import { Mark } from './ui/mark.tsx'

export interface NothingHereProps {
  title: string
  text: string
  /** What the way to `/` is called. */
  home: string
  /** Of what is missing; the site's mark without it. */
  sign?: ReactNode
}

/** What stands where no page is, with the way back. The foot is the layout's, or that of the page around it. */
export function NothingHere({ title, text, home, sign = <Mark size={48} /> }: NothingHereProps) {
  return (
    <main className="flex grow flex-col items-center justify-center px-6 py-12 text-center">
      {sign}
      <h1 className="mt-6 font-semibold text-2xl">{title}</h1>
      <p className="mt-2 max-w-md text-balance text-muted">{text}</p>
      <a className="button mt-6" href="/">
        {home}
      </a>
    </main>
  )
}
