import { PageText, UNSPOKEN } from '../page-text/page-text.ts'
import { setAloud } from './aloud.ts'
import { sentencesOf } from './sentences.ts'
import { Speech } from './speech.ts'

/** The sentence being read, for the style sheet. */
const MARK = 'spoken'

let current: { speech: Speech; messageId: string } | null = null

/** Reads an answer as it is on the page, from its first sentence, in place of what is being read. */
export function readAloud(messageId: string, locale: string): void {
  stopReading()
  const article = document.querySelector(`[data-message-id="${CSS.escape(messageId)}"]`)
  const page = new PageText(article?.querySelectorAll('.answer-text') ?? [], UNSPOKEN)
  const speech = new Speech(sentencesOf(page.text, locale), {
    onSentence({ from, to }) {
      setAloud({ messageId, state: 'speaking', stop: stopReading })
      showSentence(page.rangeOf(from, to))
    },
    onEnd(reason) {
      clear()
      if (reason === 'failed') setAloud({ messageId, state: 'failed', stop: stopReading })
    },
  })
  current = { speech, messageId }
  speech.start()
}

export function pauseReading(): void {
  if (!current) return
  current.speech.pause()
  setAloud({ messageId: current.messageId, state: 'paused', stop: stopReading })
}

export function resumeReading(): void {
  current?.speech.resume()
}

/** Goes to another sentence, `by` places from the one that is being read. */
export function skipSentence(by: number): void {
  current?.speech.skip(by)
}

/** Also takes away the word of a failure. */
function stopReading(): void {
  current?.speech.stop()
  clear()
}

function clear(): void {
  current = null
  highlights()?.delete(MARK)
  setAloud(null)
}

/** Marks the sentence, and keeps it in sight of whoever had the one before in sight. */
function showSentence(range: Range): void {
  const marks = highlights()
  const before = [...(marks?.get(MARK) ?? [])][0]
  const wasSeen = before instanceof Range && isSeen(before)
  marks?.set(MARK, new Highlight(range))
  if (wasSeen && !isSeen(range)) {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    const behavior = isStill ? 'instant' : 'smooth'
    range.startContainer.parentElement?.scrollIntoView({ block: 'center', behavior })
  }
}

function isSeen(range: Range): boolean {
  const { top, bottom } = range.getBoundingClientRect()
  return top > 60 && bottom < window.innerHeight - 160
}

/** Not every browser has them; without them nothing is marked. */
const highlights = () => ('highlights' in CSS ? CSS.highlights : undefined)
