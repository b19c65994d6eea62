'use client'

import { TextSearch } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { useTexts } from '../chat-context.ts'

const load = () => import('./contents-menu.tsx')
const ContentsMenu = lazyPart(async () => (await load()).ContentsMenu)

/** The way to any place in a conversation: the search in it, and its questions. */
export function ContentsButton({ conversationId }: { conversationId: string }) {
  const { contents } = useTexts().conversation
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button order-1"
        aria-label={contents}
        title={contents}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={() => void load().catch(() => undefined)}
        onClick={() => setOpen(true)}
      >
        <TextSearch size={18} aria-hidden />
      </button>
      {isOpen && (
        <Suspense>
          <ContentsMenu conversationId={conversationId} anchor={button} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
