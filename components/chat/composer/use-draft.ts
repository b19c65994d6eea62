'use client'

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'
import { useChat, useStore } from '../chat-context.ts'
import { shelf } from '../files/attachments.ts'
import { isKnown, isReturned } from '../state/chat-state.ts'
import { NEW } from '../state/chat-store.ts'
import { loadDraft, type Outgoing, saveDraft, whenLeaving } from '../state/drafts.ts'

const SAVE_AFTER_MS = 300

/**
 * Keeps what is typed in `box` as the draft of `key`, and brings back what belongs there: the draft, a text (with its files)
 * that could not be sent, or one that was on its way when the page ended. The box is uncontrolled, so that typing renders nothing
 * and letters typed before the page's script ran are not lost. `onText` is called whenever the content was changed.
 */
export function useDraft(box: RefObject<HTMLTextAreaElement | null>, key: string, onText: () => void) {
  const store = useStore()
  const returned = useChat((state) => {
    const failure = state.failures[key]
    return failure && isReturned(failure) ? failure : null
  })
  const shownKey = useRef<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  /** What came back as never sent. Another tab may be sending it; then it leaves the box once it has arrived. */
  const unsent = useRef<Outgoing | null>(null)
  const hasArrived = useChat((state) => unsent.current !== null && isKnown(state, key, unsent.current))
  /** What this page has read or written last. An empty box that was never filled takes nothing from another tab. */
  const kept = useRef('')

  const save = useCallback(() => {
    clearTimeout(timer.current)
    const text = box.current?.value ?? ''
    if (shownKey.current === null || (text === '' && kept.current === '')) return
    kept.current = text
    saveDraft(shownKey.current, text)
  }, [box])

  useLayoutEffect(() => {
    if (!box.current || shownKey.current === key) return
    const typedBeforeScript = shownKey.current === null ? box.current.value : ''
    save()
    shownKey.current = key
    kept.current = loadDraft(key)
    const draft = typedBeforeScript || kept.current
    unsent.current = draft === '' ? store.recoverUnsent(key) : null
    box.current.value = unsent.current?.text ?? draft
    shelf.putBack(key, unsent.current?.files ?? [])
    onText()
  }, [key, store, box, save, onText])

  useLayoutEffect(() => {
    const arrived = hasArrived ? unsent.current : null
    if (!arrived || !box.current) return
    unsent.current = null
    if (box.current.value !== arrived.text) return
    box.current.value = ''
    shelf.take(key)
    save()
    onText()
  }, [hasArrived, key, box, save, onText])

  useLayoutEffect(() => {
    const failure = returned ? store.takeReturned(key) : null
    if (!failure || !box.current) return
    // What was typed while the first question was on its way lies under the conversation that did not come to be.
    const meanwhile = key === NEW ? loadDraft(failure.conversationId) : box.current.value
    if (key === NEW) {
      saveDraft(failure.conversationId, '')
      shelf.move(failure.conversationId, NEW)
    }
    shelf.putBack(key, failure.files)
    if (failure.reason === 'filesGone') {
      void import('../files/attach.ts').then(({ checkAttachments }) => checkAttachments(key))
    }
    box.current.value = [failure.text, meanwhile].filter(Boolean).join('\n\n')
    save()
    onText()
  }, [returned, key, store, box, save, onText])

  useEffect(() => whenLeaving(save), [save])

  return {
    saveSoon: useCallback(() => {
      clearTimeout(timer.current)
      timer.current = setTimeout(save, SAVE_AFTER_MS)
    }, [save]),
    save,
  }
}
