'use client'

import {
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { MAX_QUESTION_CHARS } from '#lib/chat/parts.ts'
import { useChat, useStore, useTexts } from '../chat-context.ts'
import { MAX_COMPARED } from '../comparison/compare.ts'
import { DictateButton } from '../dictation/dictate-button.tsx'
import { AttachButton } from '../files/attach-button.tsx'
import { useAttachments } from '../files/use-attachments.ts'
import { useFileDrop } from '../files/use-file-drop.ts'
import { chosenModel } from '../models/choose-model.ts'
import { ModelButton, OnceModels, useModelsForOnce } from '../models/composer-models.tsx'
import { queueQuestion } from '../queue/queue-question.ts'
import { runningAnswer } from '../state/chat-state.ts'
import { NEW } from '../state/chat-store.ts'
import type { SuggestionKeys } from '../suggestions/suggestion-list.tsx'
import { type Trigger, triggerAt } from '../suggestions/trigger.ts'
import { isTemporary } from '../temporary/temporary-id.ts'
import { ToolSwitch } from '../tools/tool-switch.tsx'
import { growBox } from '../typing/grow-box.ts'
import { isComposing } from '../typing/is-composing.ts'
import { sends } from '../typing/send-key.ts'
import { beginWith } from './begin-with.ts'
import { ComposerAlert } from './composer-alert.tsx'
import { SendButton } from './send-button.tsx'
import { estimateTokens, TokenMeter } from './token-meter.tsx'
import { useDraft } from './use-draft.ts'

const Suggestions = lazyPart(async () => (await import('../suggestions/suggestions.tsx')).Suggestions)

const AttachmentStrip = lazyPart(async () => (await import('../files/attachment-strip.tsx')).AttachmentStrip)
const DropVeil = lazyPart(async () => (await import('../files/drop-veil.tsx')).DropVeil)

export interface ComposerHandle {
  focus(): void
  /** Puts a text into the box, in place of what is there, with the caret at its end. */
  write(text: string): void
  /** Puts a text before what is there; one of `beginnings` that stands there already gives way to it. */
  begin(text: string, beginnings?: readonly string[]): void
  /** Adds a quotation below what is there, with room to answer it. */
  quote(quotation: string): void
  saveDraft(): void
}

export interface ComposerProps {
  /** The conversation on the page; null on the empty page. */
  conversationId: string | null
  handle: RefObject<ComposerHandle | null>
  onSent(): void
  /** Opens the last question for being asked differently; false when there is none. */
  onEditLast(): boolean
}

/** The one place to write: grows with its text, and keeps it until the site has it. */
export function Composer({ conversationId, handle, onSent, onEditLast }: ComposerProps) {
  const store = useStore()
  const { composer } = useTexts()
  const box = useRef<HTMLTextAreaElement>(null)
  const running = useChat(
    (state) => conversationId !== null && runningAnswer(state.views[conversationId]) !== undefined,
  )
  const phase = useChat((state) =>
    conversationId === null ? 'ready' : (state.views[conversationId]?.phase ?? 'loading'),
  )
  /** The conversation in which it was to be sent before that was there. */
  const awaited = useRef<string | null>(null)
  const sendKey = useChat((state) => state.preferences.sendKey)
  const chosen = useChat((state) => chosenModel(state, conversationId))
  const [trigger, setTrigger] = useState<Trigger | null>(null)
  const hadTrigger = useRef(false)
  const suggestionKeys = useRef<SuggestionKeys>(null)
  const [onceModels, setOnceModels] = useModelsForOnce(conversationId ?? NEW)
  const attached = useAttachments(conversationId ?? NEW)
  const isDropping = useFileDrop(attached.add)
  const [length, setLength] = useState({ isEmpty: true, tooLong: 0, tokens: 0 })

  const measure = useCallback(() => {
    const element = box.current
    if (!element) return
    const { value } = element
    const isEmpty = value.trim() === ''
    const tooLong = value.length > MAX_QUESTION_CHARS ? value.length : 0
    const tokens = estimateTokens(value)
    setLength((was) =>
      was.isEmpty === isEmpty && was.tooLong === tooLong && was.tokens === tokens
        ? was
        : { isEmpty, tooLong, tokens },
    )
    growBox(element)
  }, [])
  const draft = useDraft(box, conversationId ?? NEW, measure, setOnceModels)

  const write = useCallback(
    (text: string) => {
      if (!box.current) return
      box.current.value = text
      box.current.focus()
      box.current.setSelectionRange(text.length, text.length)
      box.current.scrollTop = box.current.scrollHeight
      measure()
      draft.save()
    },
    [draft.save, measure],
  )
  useImperativeHandle(
    handle,
    () => ({
      focus: () => box.current?.focus(),
      saveDraft: draft.save,
      write,
      begin: (text, beginnings) => write(beginWith(text, box.current?.value ?? '', beginnings)),
      quote(quotation) {
        const before = box.current?.value.trimEnd() ?? ''
        write(`${before}${before && '\n\n'}${quotation}\n\n`)
      },
    }),
    [draft.save, write],
  )
  useFocusOnOpen(box, conversationId)

  const put = (text: string) => {
    if (!box.current) return
    const { selectionStart, selectionEnd } = box.current
    box.current.setRangeText(text, selectionStart, selectionEnd, 'end')
    measure()
    draft.save()
  }
  hadTrigger.current ||= trigger !== null

  useEffect(() => {
    if (phase !== 'ready') return
    const isAwaited = awaited.current !== null && awaited.current === conversationId
    awaited.current = null
    if (isAwaited) box.current?.form?.requestSubmit()
  }, [phase, conversationId])

  const submit = () => {
    const element = box.current
    if (!element || element.value.length > MAX_QUESTION_CHARS) return
    if (phase !== 'ready') {
      // What it is to be asked below is not known yet.
      awaited.current = conversationId
      if (phase === 'failed' && conversationId !== null) void store.open(conversationId)
      return
    }
    if (running && (onceModels.length > 1 || isTemporary(conversationId))) return
    if (element.value.trim() === '' && attached.items.length === 0) return
    if (!attached.areReady) return attached.explain()
    const text = element.value
    const files = attached.take()
    element.value = ''
    draft.save()
    measure()
    const [model = null] = onceModels
    if (running && conversationId !== null) void queueQuestion(store, conversationId, { text, files, model })
    else store.send(conversationId, text, { models: onceModels, files })
    setOnceModels([])
    setTrigger(null)
    onSent()
  }

  return (
    <form
      className="composer glass"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <ComposerAlert conversationKey={conversationId ?? NEW} tooLong={length.tooLong} />
      {isDropping && (
        <Suspense>
          <DropVeil />
        </Suspense>
      )}
      {attached.items.length > 0 && (
        <Suspense>
          <AttachmentStrip
            conversationKey={conversationId ?? NEW}
            items={attached.items}
            modelId={onceModels[0] ?? chosen}
            onText={(text) => {
              put(text)
              box.current?.focus()
            }}
            onRemoved={() => matchMedia('(pointer: fine)').matches && box.current?.focus()}
          />
        </Suspense>
      )}
      <textarea
        ref={box}
        id="composer"
        className="composer-box"
        rows={1}
        aria-label={composer.label}
        placeholder={composer.placeholder}
        enterKeyHint={sendKey === 'enter' ? 'send' : 'enter'}
        autoComplete="off"
        onInput={(event) => {
          awaited.current = null
          measure()
          draft.saveSoon()
          const { value, selectionStart, selectionEnd } = event.currentTarget
          setTrigger(selectionStart === selectionEnd ? triggerAt(value, selectionStart) : null)
        }}
        onPaste={attached.onPaste}
        onBlur={() => setTrigger(null)}
        onKeyDown={(event) => {
          if (isComposing(event)) return
          if (suggestionKeys.current?.(event)) return event.preventDefault()
          if (event.key === 'ArrowUp' && event.currentTarget.value === '' && onEditLast())
            event.preventDefault()
          if (!sends(event, sendKey)) return
          event.preventDefault()
          submit()
        }}
      />
      {(trigger || hadTrigger.current) && (
        <Suspense>
          <Suggestions
            box={box}
            trigger={trigger}
            keys={suggestionKeys}
            onClose={() => setTrigger(null)}
            onChooseModel={({ id }) => setOnceModels([...new Set([...onceModels, id])].slice(-MAX_COMPARED))}
            onInsert={(text) => {
              put(text)
              box.current?.focus()
            }}
          />
        </Suspense>
      )}
      <OnceModels ids={onceModels} onChange={setOnceModels} />
      <div className="composer-bar">
        <div className="composer-tools">
          {!isTemporary(conversationId) && <AttachButton onFiles={attached.add} />}
          <ToolSwitch conversationId={conversationId} />
          <ModelButton
            conversationId={conversationId}
            onSeveral={setOnceModels}
            onChosen={() => matchMedia('(pointer: fine)').matches && box.current?.focus()}
          />
        </div>
        <TokenMeter tokens={length.tokens} modelId={onceModels[0] ?? chosen} />
        <DictateButton
          before={() => box.current?.value.slice(0, box.current.selectionStart) ?? ''}
          onWords={put}
        />
        <SendButton
          conversationId={running ? conversationId : null}
          mayQueue={!isTemporary(conversationId) && onceModels.length < 2}
          isLit={
            (!length.isEmpty || attached.items.length > 0) &&
            attached.areReady &&
            length.tooLong === 0 &&
            phase !== 'missing'
          }
        />
      </div>
    </form>
  )
}

/** With a keyboard at hand one can type at once; under a finger the screen keyboard stays down. */
function useFocusOnOpen(box: RefObject<HTMLTextAreaElement | null>, conversationId: string | null) {
  useEffect(() => {
    if (conversationId === null || document.activeElement === document.body) {
      if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true })
    }
  }, [box, conversationId])
}
