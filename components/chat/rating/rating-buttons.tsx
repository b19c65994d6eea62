'use client'

import { ThumbsDown, ThumbsUp } from 'lucide-react'
import type { Message, Rating } from '#lib/chat/contract.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useStore, useTexts } from '../chat-context.ts'
import { useConversationId } from '../navigation.ts'
import { rate } from './rate.ts'

const signs = { good: ThumbsUp, bad: ThumbsDown } as const

/** Good or bad: one or neither. It is kept for whoever gave it; nobody else sees it. */
export function RatingButtons({ message }: { message: Message }) {
  const store = useStore()
  const { answer } = useTexts()
  const conversationId = useConversationId(null)
  return (['good', 'bad'] as const satisfies readonly Rating[]).map((rating) => {
    const Sign = signs[rating]
    const isGiven = message.rating === rating
    return (
      <IconButton
        key={rating}
        label={answer[rating]}
        isPressed={isGiven}
        onClick={() => {
          if (conversationId !== null) void rate(store, conversationId, message, isGiven ? undefined : rating)
        }}
      >
        <Sign size={16} aria-hidden fill={isGiven ? 'currentColor' : 'none'} />
      </IconButton>
    )
  })
}
