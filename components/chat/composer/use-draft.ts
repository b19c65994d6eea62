'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { useChat, useStore } from '../chat-context.ts'
import { shelf } from '../files/attachments.ts'
import { isKnown, isReturned, type SendFailure } from '../state/chat-state.ts'
import { NEW } from '../state/chat-store.ts'
import { loadDraft, type Outgoing, saveDraft, whenLeaving } from '../state/drafts.ts'
import { editAgain } from '../state/edit-again.ts'
import { returnedOf } from '../state/unsent.ts'

const SAVE_AFTER_MS = 300

type Returned = Pick<SendFailure, 'text' | 'files' | 'models' | 'insteadOf' | 'conversationId'>

/**
 * Keeps what is typed in `box` as the draft of `key`, and brings back what belongs there: the draft, and before it texts (with their files
 * and models) that could not be sent, or were on their way when the page ended; what was to be asked in place of a question goes back to where
 * that is edited. The box is uncontrolled, so that typing renders nothing and letters typed before the page's script ran are not lost. `onText` is
 * called whenever the content was changed, `onModels` with the models that the text is for.
 */
export function useDraft(
  box: RefObject<HTMLTextAreaElement | null>,
  key: string,
  onText: () => void,
  onModels: (models: readonly string[]) => void,
) {
  const store = useStore()
  const returned = useChat((state) => {
    const failure = state.failures[key]
    return failure && isReturned(failure) ? failure : null
  })
  const isOpen = useChat((state) => key === NEW || state.views[key]?.phase === 'ready')
  const shownKey = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  /** What came back as never sent. Another tab may be sending it; then it leaves the box once it has arrived. */
  const unsent = useRef<readonly Outgoing[]>([])
  const arrivals = useChat((state) => unsent.current.filter((one) => isKnown(state, key, one)).length)
  /** What this page has read or written last. An empty box that was never filled takes nothing from another tab. */
  const kept = useRef('')

  const save = useCallback(() => {
    clearTimeout(timer.current)
    const text = box.current?.value ?? ''
    if (shownKey.current === null || (text === '' && kept.current === '')) return
    kept.current = text
    saveDraft(shownKey.current, text)
  }, [box])

  const write = useCallback(
    (...texts: string[]) => {
      if (box.current) box.current.value = texts.filter(Boolean).join('\n\n')
      save()
      onText()
    },
    [box, save, onText],
  )

  const putBack = useCallback(
    ({ text, files, models, insteadOf, conversationId }: Returned, ...behind: string[]) => {
      if (insteadOf !== undefined && editAgain(store, conversationId, insteadOf, { text, files })) return
      shelf.putBack(key, files)
      if (models) onModels(models)
      write(text, ...behind, box.current?.value ?? '')
    },
    [box, key, store, write, onModels],
  )

  useLayoutEffect(() => {
    if (!box.current || shownKey.current === key) return
    const typedBeforeScript = shownKey.current === null ? box.current.value : ''
    save()
    shownKey.current = key
    unsent.current = []
    kept.current = loadDraft(key)
    box.current.value = typedBeforeScript || kept.current
    onText()
  }, [key, box, save, onText])

  useLayoutEffect(() => {
    if (!isOpen) return
    const [first, ...others] = store.recoverUnsent(key)
    if (!first) return
    const { conversationId } = first
    if (first.insteadOf !== undefined) {
      if (others.length > 0) putBack({ ...returnedOf(others), conversationId })
      putBack({ ...returnedOf([first]), conversationId })
      return
    }
    unsent.current = [first, ...others]
    putBack({ ...returnedOf(unsent.current), conversationId })
  }, [key, isOpen, store, putBack])

  useLayoutEffect(() => {
    if (arrivals === 0 || !box.current) return
    const arrived = unsent.current.filter((one) => isKnown(store.getState(), key, one))
    const before = returnedOf(unsent.current).text
    unsent.current = unsent.current.filter((one) => !arrived.includes(one))
    if (box.current.value !== before && !box.current.value.startsWith(`${before}\n\n`)) return
    const ids = returnedOf(arrived).files.map(({ fileId }) => fileId)
    shelf.set(
      key,
      shelf.of(key).filter(({ file }) => !file || !ids.includes(file.fileId)),
    )
    write(returnedOf(unsent.current).text, box.current.value.slice(before.length + 2))
  }, [arrivals, key, store, box, write])

  useLayoutEffect(() => {
    const failure = returned ? store.takeReturned(key) : null
    if (!failure) return
    // What was typed while the first question was on its way lies under the conversation that did not come to be.
    const meanwhile = key === NEW ? loadDraft(failure.conversationId) : ''
    if (key === NEW) {
      saveDraft(failure.conversationId, '')
      shelf.move(failure.conversationId, NEW)
    }
    putBack(failure, meanwhile)
    store.unsent.taken(key)
    if (failure.reason === 'filesGone') {
      void import('../files/attach.ts').then(({ checkAttachments }) => checkAttachments(key))
    }
  }, [returned, key, store, putBack])

  useEffect(() => whenLeaving(save), [save])

  return {
    saveSoon: useCallback(() => {
      clearTimeout(timer.current)
      timer.current = setTimeout(save, SAVE_AFTER_MS)
    }, [save]),
    save,
  }
}
