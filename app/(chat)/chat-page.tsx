import { ChatApp, type ChatInitial } from '#components/chat/chat-app.tsx'
import { NeedsScript } from '#components/needs-script.tsx'

/** The chat, and what is said above it where it cannot run. */
export function ChatPage({ initial }: { initial: ChatInitial }) {
  return (
    <>
      <NeedsScript locale={initial.site.locale} className="fixed inset-x-0 top-0 z-30" />
      <ChatApp initial={initial} />
    </>
  )
}
