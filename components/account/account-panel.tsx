import type { ReactNode } from 'react'
import './account.css'

/** One column with a heading: what every account page is. */
export function AccountPage(props: { title: string; wide?: true; children: ReactNode }) {
  return (
    <main className={props.wide ? 'account account-wide' : 'account'}>
      <h1>{props.title}</h1>
      {props.children}
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
