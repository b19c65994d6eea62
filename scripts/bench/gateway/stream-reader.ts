import { DONE_TEXT, nowUs, readEvent } from './traffic.ts'

/** Reads one stream of our upstream's: every event once, in order, and the end after the last one. */
export class StreamReader {
  readonly #events: number
  readonly #onEvent: (atUs: number, arrivedUs: number) => void
  #text = ''
  #next = 0
  #strange = 0
  #isDone = false

  /** `onEvent` hears of each expected event: when it was written and when it came. */
  constructor(events: number, onEvent: (atUs: number, arrivedUs: number) => void) {
    this.#events = events
    this.#onEvent = onEvent
  }

  push(piece: Buffer): void {
    const arrivedUs = nowUs()
    let text = this.#text + piece.toString('latin1')
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      this.#take(text.slice(0, end + 2), arrivedUs)
      text = text.slice(end + 2)
    }
    this.#text = text
  }

  /** What is wrong with the stream, now that it has ended. */
  fault(): string | undefined {
    if (this.#next !== this.#events) return `${this.#next} of ${this.#events} events came in order`
    if (this.#strange > 0) return `${this.#strange} events came that are none of them`
    return this.#isDone && this.#text === '' ? undefined : 'no proper end of the stream'
  }

  #take(text: string, arrivedUs: number): void {
    const event = readEvent(text)
    if (text === DONE_TEXT && this.#next === this.#events && !this.#isDone) this.#isDone = true
    else if (event?.number !== this.#next || this.#isDone) this.#strange++
    else {
      this.#next++
      this.#onEvent(event.atUs, arrivedUs)
    }
  }
}
