'use client'

import { Download, Search, Share, SlidersHorizontal } from 'lucide-react'
import type { RefObject } from 'react'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { useSite } from '../chat-context.ts'
import { downloadConversation } from '../data/download-conversation.ts'
import { openFind } from '../find/open-find.ts'
import { showPanel } from '../panels.ts'
import { showMessage } from '../scrolling/show-message.ts'
import './contents-menu.css'
import { useQuestions } from './use-questions.ts'

interface ContentsMenuProps {
  conversationId: string
  anchor: RefObject<HTMLElement | null>
  onClose: () => void
}

/** Where the bar has no room for more than the button of this menu. */
const NARROW = '(max-width: 47.99rem)'

/** The search in the conversation, and every question of the shown branch; on a phone also what the bar has elsewhere. */
export function ContentsMenu({ conversationId, anchor, onClose }: ContentsMenuProps) {
  const { locale, texts } = useSite()
  const words = contentsTexts[locale]
  const questions = useQuestions(conversationId)
  return (
    <Menu anchor={anchor} onClose={onClose}>
      <MenuItem icon={<Search size={15} aria-hidden />} onChoose={openFind}>
        {words.find}
      </MenuItem>
      {matchMedia(NARROW).matches && (
        <>
          <MenuItem icon={<Share size={15} aria-hidden />} onChoose={() => showPanel('share')}>
            {texts.conversation.share}
          </MenuItem>
          <MenuItem
            icon={<Download size={15} aria-hidden />}
            onChoose={() => downloadConversation(conversationId)}
          >
            {texts.manage.export}
          </MenuItem>
          <MenuItem
            icon={<SlidersHorizontal size={15} aria-hidden />}
            onChoose={() => showPanel('conversation')}
          >
            {texts.conversation.settings}
          </MenuItem>
        </>
      )}
      <p className="contents-heading">{words.questions}</p>
      {questions.map(({ id, label }, index) => (
        <MenuItem
          key={id}
          icon={<span className="contents-number">{index + 1}</span>}
          onChoose={() => showMessage(id)}
        >
          <span className="contents-label">{label}</span>
        </MenuItem>
      ))}
    </Menu>
  )
}
