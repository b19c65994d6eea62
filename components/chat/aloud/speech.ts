import type { Sentence } from './sentences.ts'
import { chosenRate, voiceFor } from './voices.ts'

export interface Listening {
  /** A sentence begins. */
  onSentence(sentence: Sentence): void
  /** Nothing more comes. `failed`: the browser could not speak. */
  onEnd(reason: 'done' | 'failed'): void
}

/**
 * Speaks sentences with the browser's own voices, one utterance each: they can be skipped, and browsers that fall silent
 * in long texts do not. After `stop` nothing is told any more.
 */
export class Speech {
  readonly #sentences: readonly Sentence[]
  readonly #listening: Listening
  #at = 0
  /** Which utterance is the one that counts: the others were cancelled, and still tell of their end. */
  #turn = 0
  #isPaused = false

  constructor(sentences: readonly Sentence[], listening: Listening) {
    this.#sentences = sentences
    this.#listening = listening
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  start(): void {
    this.#speak()
  }

  /** Pausing is stopping and beginning the sentence again: `speechSynthesis.pause` does nothing on Android. */
  pause(): void {
    this.#isPaused = true
    this.#silence()
  }

  resume(): void {
    this.#isPaused = false
    this.#speak()
  }

  /** Goes on with another sentence, `by` places from this one. */
  skip(by: number): void {
    this.#at = Math.min(Math.max(0, this.#at + by), this.#sentences.length)
    this.#isPaused = false
    this.#speak()
  }

  stop(): void {
    this.#silence()
  }

  #silence(): void {
    this.#turn += 1
    speechSynthesis.cancel()
  }

  #speak(): void {
    this.#silence()
    const turn = this.#turn
    const sentence = this.#sentences[this.#at]
    if (!sentence) {
      this.#listening.onEnd('done')
      return
    }
    const utterance = new SpeechSynthesisUtterance(sentence.text)
    const voice = voiceFor(sentence.lang)
    utterance.lang = voice?.lang ?? sentence.lang
    utterance.voice = voice ?? null
    utterance.rate = chosenRate()
    utterance.addEventListener('end', () => {
      if (turn !== this.#turn) return
      this.#at += 1
      this.#speak()
    })
    utterance.addEventListener('error', () => {
      if (turn === this.#turn) this.#listening.onEnd('failed')
    })
    this.#listening.onSentence(sentence)
    speechSynthesis.speak(utterance)
  }
}
