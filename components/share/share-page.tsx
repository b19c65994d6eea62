import type { ReactNode } from 'react'
import type { SharedBranch } from '#lib/chat/sharing/share-contract.ts'
import type { Dictionary } from '#lib/i18n/en.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { sharePageTexts } from '#lib/i18n/rooms/sharing.ts'
import { ReportForm, type ReportOutcome } from './report-form.tsx'
import { SharedMessages } from './shared-messages.tsx'
import './share-page.css'

export interface SharePageProps {
  branch: SharedBranch
  locale: Locale
  texts: Dictionary
  /** Where the form that continues it goes, and the id that the reader's copy will have. */
  continuing: { action: string; conversationId: string }
  /** Where the form that reports it goes, and what came of that, if it was just done. */
  reporting: { action: string; outcome: ReportOutcome | undefined }
}

/** A share as strangers read it. Whole without a script; what one can do are forms. */
export function SharePage({ branch, locale, texts, continuing, reporting }: SharePageProps) {
  const words = sharePageTexts[locale]
  return (
    <main className="share">
      <header className="share-head">
        <p className="share-eyebrow">{words.eyebrow}</p>
        <h1>{branch.title}</h1>
        <p className="share-date">
          <Dated sentence={words.snapshot} time={branch.createdAt} locale={locale} />
        </p>
      </header>
      <SharedMessages messages={branch.messages} reading={{ locale, texts }} />
      <form className="share-continue glass" method="post" action={continuing.action}>
        <input type="hidden" name="conversation" value={continuing.conversationId} />
        <div>
          <h2>{words.continueTitle}</h2>
          <p>{words.continueAbout}</p>
        </div>
        <button type="submit" className="button button-primary">
          {words.continue}
        </button>
      </form>
      <ReportForm {...reporting} locale={locale} />
    </main>
  )
}

/** The sentence with its date for machines too. Dates are the server's, in UTC: a stranger's time zone is not known. */
function Dated({ sentence, time, locale }: { sentence: string; time: number; locale: Locale }): ReactNode {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(time)
  return <time dateTime={new Date(time).toISOString()}>{fill(sentence, { date })}</time>
}
