'use client'

import { Ellipsis } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { useTexts } from './chat-context.ts'

const load = () => import('./message-menu.tsx')
const MessageMenu = lazyPart(async () => (await load()).MessageMenu)

/** The button behind which the less common is. Its menu's code comes when somebody is near. */
export function MessageMore({ message }: { message: Message }) {
  const { more } = useTexts().conversation
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={more}
        title={more}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={() => void load().catch(() => undefined)}
        onClick={() => setOpen(true)}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
      {isOpen && (
        <Suspense>
          <MessageMenu message={message} anchor={button} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
