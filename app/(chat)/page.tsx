import { notFound } from 'next/navigation'
import { chatInitial } from './chat-initial.ts'
import { ChatPage } from './chat-page.tsx'

export default async function NewChatPage() {
  const initial = await chatInitial()
  if (!initial) notFound()
  return <ChatPage initial={initial} />
}
