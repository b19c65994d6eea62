/** The piece of the Web Speech API that is used; TypeScript's own library has no types for it. */
interface Recognition extends EventTarget {
  lang: string
  continuous: boolean
  interimResults: boolean
  start(): void
  stop(): void
}
interface RecognitionResults extends Event {
  resultIndex: number
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>
}

type RecognitionWindow = Partial<
  Record<'SpeechRecognition' | 'webkitSpeechRecognition', new () => Recognition>
>

export interface Hearing {
  /** Words that are settled, in the order they were spoken. */
  onWords(text: string): void
  /** What is being understood just now, and may still change; empty once it is settled. */
  onGuess(text: string): void
  /** The end, however it came. `refused`: no microphone, or none allowed. */
  onEnd(reason: 'done' | 'refused' | 'failed'): void
}

/**
 * Has the browser listen, in `lang` (BCP 47), until the returned function is called or the browser hears nothing more.
 * Browsers may send the sound to their makers to have it understood.
 */
export function dictate(lang: string, hearing: Hearing): () => void {
  const { SpeechRecognition, webkitSpeechRecognition } = globalThis as RecognitionWindow // not in every browser
  const Recogniser = SpeechRecognition ?? webkitSpeechRecognition
  if (!Recogniser) {
    hearing.onEnd('failed')
    return () => {}
  }
  const recognition = new Recogniser()
  recognition.lang = lang
  recognition.continuous = true
  recognition.interimResults = true
  let reason: Parameters<Hearing['onEnd']>[0] = 'done'
  recognition.addEventListener('result', (event) => {
    const { resultIndex, results } = event as RecognitionResults // as the specification has it
    let guess = ''
    for (const result of Array.from(results).slice(resultIndex)) {
      const text = result[0]?.transcript ?? ''
      if (result.isFinal) hearing.onWords(text)
      else guess += text
    }
    hearing.onGuess(guess)
  })
  recognition.addEventListener('error', (event) => {
    const code = 'error' in event ? event.error : undefined
    // Silence, and being ended by this page, are no failures.
    if (code === 'no-speech' || code === 'aborted') return
    reason = code === 'not-allowed' || code === 'audio-capture' ? 'refused' : 'failed'
  })
  recognition.addEventListener('end', () => {
    hearing.onGuess('')
    hearing.onEnd(reason)
  })
  recognition.start()
  return () => recognition.stop()
}

/** A space where two words of an alphabet would run together; Chinese and Japanese need none. */
export function joined(before: string, words: string): string {
  const spoken = words.trim()
  const needsSpace = /[\p{L}\p{N}.,!?;:)]$/u.test(before) && /^[\p{L}\p{N}(]/u.test(spoken)
  const isUnspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。，！？；：]$/u.test(before)
  return needsSpace && !isUnspaced && !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(spoken)
    ? ` ${spoken}`
    : spoken
}
