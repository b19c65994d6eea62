'use client'

import { Fragment, Suspense, useMemo, useRef } from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { pathTo, siblingsOf } from '#lib/chat/message-tree.ts'
import { useChat, useTexts } from '../chat-context.ts'
import type { ConversationView } from '../state/chat-state.ts'
import type { Branch } from './branch-arrows.tsx'
import type { MessageActions } from './message-actions.ts'
import { HeldMessage, MessageItem } from './message-item.tsx'
import { useHeld } from './use-held.ts'

const Comparison = lazyPart(async () => (await import('../comparison/comparison.tsx')).Comparison)

/** The shown branch of a conversation, oldest message first; mounted anew for another conversation. */
export function MessageList({ view, actions }: { view: ConversationView; actions: MessageActions }) {
  const { conversation } = useTexts()
  const comparedId = useChat((state) => state.comparedId)
  const path = useMemo(() => pathTo(view.messages, view.leafId), [view.messages, view.leafId])
  const contextFrom = path.findLast((message) => message.contextFrom !== undefined)?.contextFrom
  const siblings = useMemo(() => groupSiblings(view.messages), [view.messages])
  const list = useRef<HTMLElement>(null)
  const heldIn = useHeld(path, list)
  const render = (message: Message, index: number) => {
    const stretch = heldIn(index)
    if (stretch !== undefined) return <HeldMessage key={message.id} message={message} stretch={stretch} />
    if (message.role === 'assistant' && message.parentId === comparedId) {
      return (
        <Suspense key={message.parentId}>
          <Comparison
            answers={siblingsOf(view.messages, message.id)}
            currentId={message.id}
            isLast={index === path.length - 1}
            actions={actions}
          />
        </Suspense>
      )
    }
    return (
      <Fragment key={message.id}>
        {message.id === contextFrom && <p className="context-mark">{conversation.contextFrom}</p>}
        <MessageItem
          message={message}
          branch={branchOf(siblings.get(message.parentId) ?? [], message.id)}
          actions={actions}
        />
      </Fragment>
    )
  }
  return (
    <section ref={list} className="messages" aria-label={conversation.label}>
      {path.map(render)}
    </section>
  )
}

/** All ids by their parent, in one pass: asking for the siblings of each message would cost their square. */
function groupSiblings(messages: readonly Message[]): Map<string | null, string[]> {
  const siblings = new Map<string | null, string[]>()
  for (const { id, parentId } of messages) {
    const group = siblings.get(parentId)
    if (group) group.push(id)
    else siblings.set(parentId, [id])
  }
  return siblings
}

function branchOf(siblings: readonly string[], messageId: string): Branch {
  const index = siblings.indexOf(messageId)
  return {
    index,
    count: siblings.length,
    previousId: siblings[index - 1],
    nextId: siblings[index + 1],
  }
}
