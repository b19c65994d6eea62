'use client'

import { X } from 'lucide-react'
import { MAX_QUESTION_CHARS } from '#lib/chat/parts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { useChat, useSite, useStore, useTexts } from '../chat-context.ts'
import { pathOf, useConversationId } from '../navigation.ts'
import type { SendFailure } from '../state/chat-state.ts'
import { Wait } from '../wait.tsx'

/** Why nothing was sent, above the text that was to be sent. */
export function ComposerAlert({ conversationKey, tooLong }: { conversationKey: string; tooLong: number }) {
  const store = useStore()
  const { locale } = useSite()
  const { composer, send } = useTexts()
  const failure = useChat((state) => state.failures[conversationKey])
  const openId = useConversationId(null)
  const tooLongText = tooLong > 0 && tellLength(composer.tooLong, tooLong, locale)
  if (!tooLongText && !failure) return null
  const because: Partial<Record<SendFailure['reason'], string>> = send.because
  const words = failure && [send[failure.reason], failure.because && because[failure.because]].filter(Boolean)
  return (
    <div role="alert" className="composer-alert">
      <div className="min-w-0 grow">
        {tooLongText || words?.join(locale === 'en' ? ' ' : '')}
        {!tooLongText && (failure?.because ?? failure?.reason) === 'signedOut' && (
          <>
            {' '}
            <a className="underline" href={`/sign-in?next=${pathOf(openId)}`}>
              {send.signIn}
            </a>
          </>
        )}
        {!tooLongText && failure?.detail && (
          <span className="block text-muted text-xs" lang="en">
            {failure.detail}
          </span>
        )}
        {!tooLongText && failure?.retryAt !== undefined && <Wait until={failure.retryAt} />}
      </div>
      {!tooLongText && (
        <button
          type="button"
          className="icon-button -my-1"
          aria-label={send.dismiss}
          title={send.dismiss}
          onClick={() => store.dismissFailure(conversationKey)}
        >
          <X size={16} aria-hidden />
        </button>
      )}
    </div>
  )
}

/** What formats numbers is dear to make, and the box is drawn with every question. */
function tellLength(sentence: string, count: number, locale: string): string {
  const number = new Intl.NumberFormat(locale)
  return fill(sentence, { count: number.format(count), max: number.format(MAX_QUESTION_CHARS) })
}
