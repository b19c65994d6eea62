'use client'

import { Ellipsis } from 'lucide-react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { MenuButton } from '#components/ui/menu-button.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { useTexts } from '../chat-context.ts'

const load = () => import('./message-menu.tsx')
const MessageMenu = lazyPart(async () => (await load()).MessageMenu)

/** The button behind which the less common is. Its menu's code comes when somebody is near. */
export function MessageMore({ message }: { message: Message }) {
  const { more } = useTexts().conversation
  const face = <Ellipsis size={16} aria-hidden />
  return (
    <MenuButton className="icon-button" title={more} label={more} load={load} face={face}>
      {(open) => <MessageMenu message={message} {...open} />}
    </MenuButton>
  )
}
