import { notFound } from 'next/navigation'
import { ChatApp } from '#components/chat/chat-app.tsx'
import { chatInitial } from './chat-initial.ts'

export default async function NewChatPage() {
  const initial = await chatInitial()
  return initial ? <ChatApp initial={initial} /> : notFound()
}
