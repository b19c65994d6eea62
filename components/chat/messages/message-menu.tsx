'use client'

import { Flag, GitFork, Share } from 'lucide-react'
import type { RefObject } from 'react'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { messageMenuTexts } from '#lib/i18n/rooms/message-menu.ts'
import { useReading, useStore } from '../chat-context.ts'
import { useConversationId } from '../navigation.ts'
import { showPanel } from '../panels.ts'
import { forkConversation } from '../state/fork-conversation.ts'

export interface MessageMenuProps {
  message: Message
  anchor: RefObject<HTMLElement | null>
  onClose: () => void
}

/** What else can be done with a message. */
export function MessageMenu({ message, anchor, onClose }: MessageMenuProps) {
  const store = useStore()
  const words = messageMenuTexts[useReading().locale]
  const conversationId = useConversationId(null)
  const isQuestion = message.role === 'user'
  return (
    <Menu anchor={anchor} onClose={onClose}>
      {!isQuestion && (
        <MenuItem icon={<Share size={15} aria-hidden />} onChoose={() => showPanel('share', message.id)}>
          {words.share}
        </MenuItem>
      )}
      <MenuItem
        icon={<GitFork size={15} aria-hidden />}
        onChoose={() =>
          conversationId !== null && void forkConversation(store, conversationId, message, words.forked)
        }
      >
        {isQuestion ? words.forkQuestion : words.fork}
      </MenuItem>
      {!isQuestion && (
        <MenuItem icon={<Flag size={15} aria-hidden />} onChoose={() => showPanel('report', message.id)}>
          {words.report}
        </MenuItem>
      )}
    </Menu>
  )
}
