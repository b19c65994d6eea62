import type { Metadata } from 'next'
import { cache } from 'react'
import type { ReportOutcome } from '#components/share/report-form.tsx'
import { SharePage } from '#components/share/share-page.tsx'
import { findShare } from '#lib/chat/sharing/shares.ts'
import { getDatabase } from '#lib/db/database.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { sharePageTexts } from '#lib/i18n/rooms/sharing.ts'
import { nothingAt } from '../../nothing-at.ts'
import { requestLocale } from '../../request-locale.ts'
import ShareGonePage from './not-found.tsx'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<{ reported?: string | string[] }>
}

/** Once for a request, which needs it for its head and for its body. */
const shareOf = cache(async (id: string) => findShare(await getDatabase(), id, Date.now()))

/** For whoever was given the address, and not for search engines. The same is said in a header (`next.config.js`). */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const share = await shareOf((await params).id)
  const title = share?.title ?? sharePageTexts[await requestLocale()].gone.title
  return { title, robots: { index: false, follow: false, noarchive: true } }
}

const reportOutcome = (reported: string | string[] | undefined): ReportOutcome | undefined =>
  reported === '1' ? 'sent' : reported === 'too_many' ? 'too_many_reports' : undefined

export default async function SharedConversationPage({ params, searchParams }: Props) {
  const { id } = await params
  const branch = await shareOf(id)
  if (!branch) return nothingAt(<ShareGonePage />)
  const locale = await requestLocale()
  const continuing = { action: `/share/${id}/continue`, conversationId: crypto.randomUUID() }
  const reporting = { action: `/share/${id}/report`, outcome: reportOutcome((await searchParams).reported) }
  return <SharePage {...{ branch, locale, continuing, reporting }} texts={dictionaryOf(locale)} />
}
