import type { Metadata } from 'next'
import { ChatApp } from '#components/chat/chat-app.tsx'
import NotFound from '../../../not-found.tsx'
import { nothingAt } from '../../../nothing-at.ts'
import { chatInitial } from '../../chat-initial.ts'

/** Other people's crawlers have no business in a conversation, whoever shares its address. */
export const metadata: Metadata = { robots: { index: false } }

export default async function ConversationPage({ params }: { params: Promise<{ id: string }> }) {
  const initial = await chatInitial((await params).id)
  return initial ? <ChatApp initial={initial} /> : nothingAt(<NotFound />)
}
