'use client'

import { useContext, useEffect, useRef, useState } from 'react'
import { TemporaryContext } from '../chat-context.ts'
import { loadDraft, saveDraft, whenLeaving } from '../state/drafts.ts'

/**
 * The text of the box in which a question is written anew, `returned` where that is what could not be sent. It survives that the page is left or loaded anew while one writes, until
 * it is asked or given up.
 */
export function useEditDraft(questionId: string, before: string, returned?: string) {
  const isTemporary = useContext(TemporaryContext)
  const key = `edit:${questionId}`
  const [text, setText] = useState(() => returned ?? ((isTemporary ? '' : loadDraft(key)) || before))
  const latest = useRef(text)
  latest.current = text
  const isOver = useRef(false)
  useEffect(() => {
    if (isTemporary) return
    isOver.current = false
    const keep = () => saveDraft(key, isOver.current || latest.current === before ? '' : latest.current)
    const callOff = whenLeaving(keep)
    return () => {
      keep()
      callOff()
    }
  }, [key, before, isTemporary])
  const forget = () => {
    isOver.current = true
    if (!isTemporary) saveDraft(key, '')
  }
  return { text, setText, forget }
}
