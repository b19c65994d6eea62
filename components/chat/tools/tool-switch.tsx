'use client'

import { Blocks } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { useChat, useSite, useTexts } from '../chat-context.ts'
import { chosenTools } from './chosen-tools.ts'
import { toolIcons } from './tool-names.ts'

const ToolMenu = lazyPart(async () => (await import('./tool-menu.tsx')).ToolMenu)

/** Which of OpenAI's own tools are on, and the way to the others. Where the site offers none there is nothing to switch. */
export function ToolSwitch({ conversationId }: { conversationId: string | null }) {
  const { tools: offered } = useSite()
  const { composer } = useTexts()
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const chosen = useChat((state) => chosenTools(state, conversationId))
  const shown = offered.filter((tool) => chosen.includes(tool))
  if (offered.length === 0) return null
  const label = [composer.tools, ...shown.map((tool) => composer.toolNames[tool])].join(' · ')
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button tool-switch"
        data-on={shown.length > 0 || undefined}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Blocks size={18} aria-hidden />
        {shown.map((tool) => {
          const Icon = toolIcons[tool]
          return <Icon key={tool} size={17} className="tool-sign" aria-hidden />
        })}
        {shown.length > 0 && <span aria-hidden>{shown.length}</span>}
      </button>
      {isOpen && (
        <Suspense>
          <ToolMenu
            anchor={button}
            conversationId={conversationId}
            onClose={() => {
              setOpen(false)
              button.current?.focus()
            }}
          />
        </Suspense>
      )}
    </>
  )
}
