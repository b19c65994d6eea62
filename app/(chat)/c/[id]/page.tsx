import { cache } from 'react'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import NotFound from '../../../not-found.tsx'
import { nothingAt } from '../../../nothing-at.ts'
import { requestLocale } from '../../../request-locale.ts'
import { chatInitial } from '../../chat-initial.ts'
import { ChatPage } from '../../chat-page.tsx'

interface Props {
  params: Promise<{ id: string }>
}

/** Once for a request, which needs it for its head and for its body. */
const initialOf = cache(chatInitial)

/** Other people's crawlers have no business in a conversation, whoever shares its address. */
export async function generateMetadata({ params }: Props) {
  const initial = await initialOf((await params).id)
  const title = initial ? initial.detail?.title : dictionaryOf(await requestLocale()).notFound.title
  return { ...(title && { title }), robots: { index: false } }
}

export default async function ConversationPage({ params }: Props) {
  const initial = await initialOf((await params).id)
  return initial ? <ChatPage initial={initial} /> : nothingAt(<NotFound />)
}
