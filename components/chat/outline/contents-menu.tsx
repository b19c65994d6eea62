'use client'

import { Search } from 'lucide-react'
import type { RefObject } from 'react'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import { contentsTexts } from '#lib/i18n/rooms/contents.ts'
import { useReading } from '../chat-context.ts'
import { openFind } from '../find/open-find.ts'
import { showMessage } from '../show-message.ts'
import './contents-menu.css'
import { useQuestions } from './use-questions.ts'

interface ContentsMenuProps {
  conversationId: string
  anchor: RefObject<HTMLElement | null>
  onClose: () => void
}

/** The search in the conversation, and every question of the shown branch. */
export function ContentsMenu({ conversationId, anchor, onClose }: ContentsMenuProps) {
  const words = contentsTexts[useReading().locale]
  const questions = useQuestions(conversationId)
  return (
    <Menu anchor={anchor} onClose={onClose}>
      <MenuItem icon={<Search size={15} aria-hidden />} onChoose={openFind}>
        {words.find}
      </MenuItem>
      <p className="contents-heading">{words.questions}</p>
      {questions.map(({ id, label }, index) => (
        <MenuItem
          key={id}
          icon={<span className="contents-number">{index + 1}</span>}
          onChoose={() => showMessage(id)}
        >
          {label}
        </MenuItem>
      ))}
    </Menu>
  )
}
