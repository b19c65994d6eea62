'use client'

import { use, useEffect } from 'react'
import { type Reading, ReadingContext } from '#components/chat/chat-context.ts'
import { QuestionText } from '#components/chat/folding/question-text.tsx'
import { AnswerText, wantMarkdown } from '#components/chat/messages/answer-text.tsx'
import { SourcesContext } from '#components/chat/tools/cited.tsx'
import { sourcesOf } from '#lib/chat/citations.ts'
import { textOfParts } from '#lib/chat/parts.ts'
import type { SharedMessage } from '#lib/chat/sharing/share-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { sharePageTexts } from '#lib/i18n/rooms/sharing.ts'

/** After so much text, answers are formatted in the reader's browser: anybody may ask for the page, at the cost of everybody. */
const SERVER_CHARS = 40_000

interface SharedMessagesProps {
  messages: readonly SharedMessage[]
  reading: Reading
}

/** The messages of a share, with the looks of the chat. Their formatter is fetched when somebody touches the page. */
export function SharedMessages({ messages, reading }: SharedMessagesProps) {
  const { conversation } = reading.texts
  useEffect(() => {
    const ends = new AbortController()
    const once = { once: true, passive: true, signal: ends.signal }
    for (const sign of ['pointermove', 'pointerdown', 'keydown']) addEventListener(sign, wantMarkdown, once)
    return () => ends.abort()
  }, [])
  let chars = 0
  return (
    <ReadingContext value={reading}>
      <FormatterOnServer />
      <section className="share-messages" aria-label={conversation.label}>
        {messages.map((message, index) => {
          const Kind = message.role === 'user' ? SharedQuestion : SharedAnswer
          const isLate = chars > SERVER_CHARS
          chars += textOfParts(message.parts).length
          // biome-ignore lint/suspicious/noArrayIndexKey: a share never changes.
          return <Kind key={index} message={message} reading={reading} isLate={isLate} />
        })}
      </section>
    </ReadingContext>
  )
}

const formatter = typeof window === 'undefined' ? import('#components/chat/markdown/markdown.tsx') : undefined

/**
 * Has the server wait for the formatter before it sends anything. Otherwise the first reader after a start would be sent
 * plain text, and a script to replace it.
 */
function FormatterOnServer() {
  if (formatter) use(formatter)
  return null
}

interface MessageProps {
  message: SharedMessage
  reading: Reading
  isLate?: boolean
}

function SharedQuestion({ message, reading }: MessageProps) {
  return (
    <article className="question" data-role="user">
      <h2 className="sr-only">{sharePageTexts[reading.locale].question}</h2>
      <QuestionText text={textOfParts(message.parts)} />
      <Withheld {...{ message, reading }} />
    </article>
  )
}

function SharedAnswer({ message, reading, isLate }: MessageProps) {
  const words = sharePageTexts[reading.locale]
  const texts = message.parts.filter((part) => part.type === 'text')
  const sources = sourcesOf(message.parts)
  return (
    <article className="answer" data-role="assistant">
      <h2 className="sr-only">{reading.texts.conversation.answer}</h2>
      <SourcesContext value={sources}>
        {texts.map(({ text, citations }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a share never changes.
          <div className="answer-text" key={index}>
            <AnswerText text={text} citations={citations} running={false} isLate={isLate} />
          </div>
        ))}
      </SourcesContext>
      {texts.length === 0 && <p className="text-muted">{words.empty}</p>}
      {texts.length > 0 && message.status !== 'complete' && <p className="share-aside">{words.unfinished}</p>}
      {sources.length > 0 && (
        <details className="share-aside unfolds">
          <summary>{`${words.sources} · ${sources.length}`}</summary>
          <ol>
            {sources.map(({ url, title }) => (
              <li key={url}>
                <a href={url} target="_blank" rel="noopener noreferrer nofollow">
                  {title}
                </a>
              </li>
            ))}
          </ol>
        </details>
      )}
      <Withheld {...{ message, reading }} />
      {message.model !== null && <p className="share-aside">{fill(words.model, { model: message.model })}</p>}
    </article>
  )
}

function Withheld({ message: { files }, reading }: MessageProps) {
  if (files === 0) return null
  const words = sharePageTexts[reading.locale].files
  const form = new Intl.PluralRules(reading.locale).select(files) === 'one' ? 'one' : 'other'
  return <p className="share-aside">{fill(words[form], { count: files })}</p>
}
