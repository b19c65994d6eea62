import type { ReactNode } from 'react'
import './account-page.css'
import './account.css'

interface PageProps {
  title: string
  /** `wide` has room for lists; `settings` has the name of each part beside it, where there is room. */
  layout?: 'wide' | 'settings'
  /** The ways to the pages beside this one. */
  nav?: ReactNode
  children: ReactNode
}

/** One column with a heading: what every account page is. */
export function AccountPage({ title, layout, nav, children }: PageProps) {
  return (
    <main className={layout ? `account account-${layout}` : 'account'}>
      {nav}
      <h1>{title}</h1>
      {children}
    </main>
  )
}

/** A part of a page, on glass. */
export function AccountPanel({ id, title, children }: { id?: string; title?: string; children: ReactNode }) {
  return (
    <section id={id} className="account-panel glass">
      {title && <h2>{title}</h2>}
      {children}
    </section>
  )
}
