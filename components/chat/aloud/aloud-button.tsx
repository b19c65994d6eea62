'use client'

import { Square, Volume2 } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useReading, useTexts } from '../chat-context.ts'
import { useAloud } from './aloud.ts'

const never = () => () => {}
const canSpeak = () => 'speechSynthesis' in window
const load = () => import('./read-aloud.ts')

/** Has an answer read aloud, where the browser can speak. */
export function AloudButton({ messageId }: { messageId: string }) {
  const { answer } = useTexts()
  const { locale } = useReading()
  const isPossible = useSyncExternalStore(never, canSpeak, () => false)
  const aloud = useAloud()
  const isRead = aloud?.messageId === messageId
  if (!isPossible) return null
  return (
    <IconButton
      label={isRead ? answer.readAloudEnd : answer.readAloud}
      isPressed={isRead}
      onClick={async () => {
        if (isRead) aloud.stop()
        else (await load()).readAloud(messageId, locale)
      }}
    >
      {isRead ? <Square size={14} aria-hidden /> : <Volume2 size={16} aria-hidden />}
    </IconButton>
  )
}
