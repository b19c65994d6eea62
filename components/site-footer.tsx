import { Fragment } from 'react'
import type { Dictionary } from '#lib/i18n/en.ts'
import type { Filing } from '#lib/legal/filings.ts'
import { Filings } from './legal/filings.tsx'

interface Props {
  texts: Pick<Dictionary, 'notice' | 'terms' | 'privacy'>
  filings: readonly Filing[]
}

/** The foot of every page but the chat: what this service is not, and its terms. These are not configurable. */
export function SiteFooter({ texts, filings }: Props) {
  return (
    <footer className="border-line border-t px-6 py-6 text-center text-muted text-sm">
      <p className="text-balance">
        <Notice text={texts.notice} />
      </p>
      <p className="mt-2 flex justify-center gap-6">
        <a className="quiet-link" href="/terms">
          {texts.terms}
        </a>
        <a className="quiet-link" href="/privacy">
          {texts.privacy}
        </a>
      </p>
      <Filings filings={filings} className="mt-2 text-xs" />
    </footer>
  )
}

/** Both halves whole: on a phone a line each, without the dot between them. */
function Notice({ text }: { text: string }) {
  return text.split(' · ').map((half, index) => (
    <Fragment key={half}>
      {index > 0 && <span className="max-sm:hidden"> · </span>}
      <span className="max-sm:block">{half}</span>
    </Fragment>
  ))
}
