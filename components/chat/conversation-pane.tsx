'use client'

import { ArrowDown } from 'lucide-react'
import {
  type ReactNode,
  type RefObject,
  Suspense,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { Filings } from '#components/legal/filings.tsx'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import type { Message } from '#lib/chat/contract.ts'
import { pathTo } from '#lib/chat/message-tree.ts'
import { filesOfParts, textOfParts } from '#lib/chat/parts.ts'
import { stopAloud, useAloud } from './aloud/aloud.ts'
import { TemporaryContext, useChat, useSite, useStore, useTexts } from './chat-context.ts'
import { Composer, type ComposerHandle } from './composer/composer.tsx'
import { FirstVisit, Greeting, Starters } from './empty-state.tsx'
import { shelf } from './files/attachments.ts'
import type { MessageActions } from './messages/message-actions.ts'
import { MessageList } from './messages/message-list.tsx'
import { openConversation } from './navigation.ts'
import { MIN_QUESTIONS } from './outline/use-questions.ts'
import { useSelected } from './quoting/use-selected.ts'
import { useFollow } from './scrolling/use-follow.ts'
import { useLinkedMessage } from './scrolling/use-linked-message.ts'
import { type ConversationView, runningAnswer } from './state/chat-state.ts'
import { NEW } from './state/chat-store.ts'
import { hasWords } from './temporary/temporary-chat.ts'
import { isTemporary } from './temporary/temporary-id.ts'
import { focusComposer } from './typing/focus-composer.ts'

export interface ConversationPaneProps {
  conversationId: string | null
  composer: RefObject<ComposerHandle | null>
  header: ReactNode
}

/**
 * The conversation, or the empty page, with the composer. The composer is the same element in both, so that neither
 * its text nor its focus is lost when the first question opens a conversation.
 */
export function ConversationPane({ conversationId, composer, header }: ConversationPaneProps) {
  const store = useStore()
  const { notice } = useTexts()
  const { filings, hasQuota } = useSite()
  const view = useChat((state) => (conversationId === null ? undefined : state.views[conversationId]))
  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const { isAtEnd, jump, toLatest, follow, leave } = useFollow(scroller, content)
  const actions = useMessageActions(conversationId, composer, { jump, leave })
  const isLinked = useLinkedMessage(conversationId, view, leave)
  const isTemporaryChat = isTemporary(conversationId)
  const isEmpty = conversationId === null || (isTemporaryChat && !hasWords(view))
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation opens at its end.
  useLayoutEffect(() => {
    if (!isLinked) jump()
    return () => store.edit(null)
  }, [conversationId, view?.phase])
  const isEditing = useChat((state) => state.editing !== null)
  useLayoutEffect(() => {
    if (isEditing) leave()
  }, [isEditing, leave])

  return (
    <main
      ref={scroller}
      className="pane"
      data-empty={isEmpty || undefined}
      data-temporary={isTemporaryChat || undefined}
    >
      <div ref={content} className="pane-content">
        {header}
        {conversationId === null ? (
          <Greeting />
        ) : isEmpty ? (
          <TemporaryIntro />
        ) : (
          <TemporaryContext value={isTemporaryChat}>
            <Opened view={view} id={conversationId} actions={actions} />
          </TemporaryContext>
        )}
        <div className="dock">
          {conversationId !== null && <JumpToLatest hidden={isAtEnd} onJump={toLatest} />}
          {conversationId !== null && <Reconnecting view={view} />}
          <AloudPlace key={conversationId} />
          {isTemporaryChat && !isEmpty && <TemporaryNote />}
          <Queue
            conversationId={conversationId}
            view={view}
            onReturn={(text) => composer.current?.quote(text)}
          />
          <Composer
            conversationId={conversationId}
            handle={composer}
            onSent={follow}
            onEditLast={() => editLast(view, actions)}
          />
          {hasQuota && (
            <Suspense>
              <QuotaHint isRunning={runningAnswer(view) !== undefined} />
            </Suspense>
          )}
          {conversationId === null && (
            <Starters onChoose={(...chosen) => composer.current?.begin(...chosen)} />
          )}
          {conversationId === null && <FirstVisit />}
          <Notice text={notice} />
          {conversationId === null && <Filings filings={filings} className="filings" />}
        </div>
      </div>
      {view?.phase === 'ready' && conversationId !== null && !isEmpty && (
        <Outline conversationId={conversationId} scroller={scroller} />
      )}
      <Spoken answerId={runningAnswer(view)?.id ?? null} />
      <Quoting scroller={scroller} onQuote={(quotation) => composer.current?.quote(quotation)} />
    </main>
  )
}

const OutlineRail = lazyPart(async () => (await import('./outline/outline-rail.tsx')).OutlineRail)

/** Room for the questions beside the column; elsewhere they are in the menu of the bar. */
const ROOMY = '(min-width: 80rem)'
const isRoomy = () => matchMedia(ROOMY).matches
function onRoom(callback: () => void): () => void {
  const room = matchMedia(ROOMY)
  room.addEventListener('change', callback)
  return () => room.removeEventListener('change', callback)
}

function Outline(props: { conversationId: string; scroller: RefObject<HTMLElement | null> }) {
  const hasRoom = useSyncExternalStore(onRoom, isRoomy, () => false)
  const isLong = useChat(({ views }) => {
    const questions = views[props.conversationId]?.messages.filter(({ role }) => role === 'user') ?? []
    return questions.length >= MIN_QUESTIONS
  })
  return <Suspense>{hasRoom && isLong && <OutlineRail {...props} />}</Suspense>
}

const QuoteButton = lazyPart(async () => (await import('./quoting/quote-button.tsx')).QuoteButton)

function Quoting(props: { scroller: RefObject<HTMLElement | null>; onQuote: (quotation: string) => void }) {
  const selected = useSelected(props.scroller)
  return <Suspense>{selected && <QuoteButton range={selected} {...props} />}</Suspense>
}

const TemporaryIntro = lazyPart(async () => (await import('./temporary/temporary-intro.tsx')).TemporaryIntro)
const TemporaryNote = lazyPart(async () => (await import('./temporary/temporary-intro.tsx')).TemporaryNote)
const QueueList = lazyPart(async () => (await import('./queue/queue-list.tsx')).QueueList)

function Queue(props: {
  conversationId: string | null
  view: ConversationView | undefined
  onReturn: (text: string) => void
}) {
  const { conversationId, view, onReturn } = props
  if (conversationId === null || !view || view.queue.length === 0) return null
  return <QueueList conversationId={conversationId} queue={view.queue} onReturn={onReturn} />
}

const QuotaHint = lazyPart(async () => (await import('./quota-hint.tsx')).QuotaHint)

const SpokenAnswer = lazyPart(async () => (await import('./aloud/spoken-answer.tsx')).SpokenAnswer)

/** Comes with the first answer that grows, and stays to say how it ended. */
function Spoken({ answerId }: { answerId: string | null }) {
  const [isWanted, setWanted] = useState(false)
  useEffect(() => {
    if (answerId !== null) setWanted(true)
  }, [answerId])
  return <Suspense>{isWanted && <SpokenAnswer answerId={answerId} />}</Suspense>
}

const AloudBar = lazyPart(async () => (await import('./aloud/aloud-bar.tsx')).AloudBar)

/** Whoever leaves the conversation or the page has heard enough. */
function AloudPlace() {
  const aloud = useAloud()
  useEffect(() => {
    window.addEventListener('pagehide', stopAloud)
    return () => {
      window.removeEventListener('pagehide', stopAloud)
      stopAloud()
    }
  }, [])
  return <Suspense>{aloud && <AloudBar aloud={aloud} />}</Suspense>
}

/** Opens the last question of the shown branch; false when there is none. */
function editLast(view: ConversationView | undefined, actions: MessageActions): boolean {
  if (!view) return false
  const question = pathTo(view.messages, view.leafId).findLast(({ role }) => role === 'user')
  if (question) actions.edit(question.id)
  return question !== undefined
}

/** Always under the composer. Where it needs two lines, it breaks between its two sentences. */
function Notice({ text }: { text: string }) {
  const [first, second] = text.split(' · ')
  return (
    <p className="notice">
      <span className="notice-half">
        {first}
        <span className="notice-dot"> ·</span>
      </span>{' '}
      <span className="notice-half">{second}</span>
    </p>
  )
}

function Opened({ view, id, actions }: { view?: ConversationView; id: string; actions: MessageActions }) {
  const store = useStore()
  const { conversation } = useTexts()
  if (view?.phase === 'ready') return <MessageList key={id} view={view} actions={actions} />
  if (view?.phase === 'missing') {
    return (
      <div className="pane-word">
        <p className="font-medium text-lg">{conversation.missing}</p>
        <p className="text-muted">{conversation.missingHint}</p>
      </div>
    )
  }
  if (view?.phase === 'failed') {
    return (
      <div className="pane-word" role="alert">
        <p className="font-medium text-lg">{conversation.loadFailed}</p>
        <p className="text-muted">{conversation.loadFailedHint}</p>
        <button type="button" className="button mt-4" onClick={() => void store.open(id)}>
          {conversation.retry}
        </button>
      </div>
    )
  }
  return <p className="pane-word pane-loading">{conversation.loading}</p>
}

function JumpToLatest({ hidden, onJump }: { hidden: boolean; onJump: () => void }) {
  const { conversation } = useTexts()
  if (hidden) return null
  return (
    <button
      type="button"
      className="jump glass"
      aria-label={conversation.latest}
      title={conversation.latest}
      onClick={onJump}
    >
      <ArrowDown size={18} aria-hidden />
    </button>
  )
}

function Reconnecting({ view }: { view?: ConversationView }) {
  const { conversation } = useTexts()
  const answerId = runningAnswer(view)?.id
  const store = useStore()
  const isDetached = useChat((state) => answerId !== undefined && state.detachedIds.includes(answerId))
  if (!isDetached || answerId === undefined) return null
  return (
    <p className="reconnecting" role="status">
      {store.isUnsent(answerId) ? conversation.waiting : conversation.reconnecting}
    </p>
  )
}

/** What messages can ask for. The object is one for a conversation, so that messages render only for their own sake. */
function useMessageActions(
  conversationId: string | null,
  composer: RefObject<ComposerHandle | null>,
  { jump, leave }: Pick<ReturnType<typeof useFollow>, 'jump' | 'leave'>,
): MessageActions {
  const store = useStore()
  return useMemo(() => {
    const partsOf = (questionId: string) => {
      const messages: readonly Message[] = store.getState().views[conversationId ?? '']?.messages ?? []
      return messages.find(({ id }) => id === questionId)?.parts ?? []
    }
    return {
      regenerate(questionId, model) {
        if (conversationId === null) return
        store.regenerate(conversationId, questionId, model)
        focusComposer()
        jump()
      },
      continueAnswer(answerId) {
        if (conversationId === null) return
        store.continue(conversationId, answerId)
        focusComposer()
      },
      showBranch: (messageId) => conversationId !== null && store.showBranch(conversationId, messageId),
      edit: (questionId) => store.edit(questionId),
      stay: leave,
      async askInstead(questionId, text, files) {
        if (conversationId === null) return
        focusComposer()
        if (!(await store.askInsteadOfUnsent(questionId, text, files))) {
          // What is being written answers what is taken back, or lies below it.
          if (runningAnswer(store.getState().views[conversationId])) await store.stop(conversationId)
          const messages = store.getState().views[conversationId]?.messages ?? []
          const replaced = messages.find(({ id }) => id === questionId)
          // It came back meanwhile.
          if (!replaced) return composer.current?.quote(text)
          store.send(conversationId, text, { files, insteadOf: replaced })
        }
        jump()
      },
      askInNewChat(questionId) {
        const parts = partsOf(questionId)
        shelf.putBack(NEW, filesOfParts(parts))
        openConversation(null)
        // The composer turns to the empty page with the next render; its text is written after that.
        requestAnimationFrame(() => requestAnimationFrame(() => composer.current?.begin(textOfParts(parts))))
      },
    }
  }, [conversationId, store, composer, jump, leave])
}
