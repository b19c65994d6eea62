import { processSlot } from '../../process-slot.ts'
import type { Message, Preview, RunError, RunEvent } from '../contract.ts'
import { applyIncrement, type Increment, isGrowing, type ProviderMetadata, visibleParts } from '../parts.ts'
import { incrementsAfter, lengthOfIncrement } from './run-place.ts'

/**
 * The runs that this process is writing. A run belongs to the server: readers come and go, and only `stop` or the end of
 * the answer ends it. Everything here is in memory; `run-store.ts` keeps the durable half.
 */
export type RunEnd = Extract<RunEvent, { type: 'end' }>
export interface PlacedEvent {
  /** Where its reader then stands; see `run-place.ts`. */
  place: number
  event: Exclude<RunEvent, { type: 'start' }>
}

/** A run as its readers see it, whether this process writes it or only its rows are here. */
export interface ReadableRun {
  readonly number: number
  /** The place of somebody who has everything. */
  readonly length: number
  /** The message as it stands this moment. */
  snapshot(): Message
  /** The events behind `place`, then the end. Ends without an `end` event when `signal` aborts. */
  follow(place: number, signal: AbortSignal): AsyncGenerator<PlacedEvent>
}

/** Pause between two events to one reader: about two frames. Deltas that arrive within it travel as one. */
const MERGE_MS = 32

/** An increment, and the answer's length with it. */
interface Grown {
  increment: Increment
  end: number
}

export class LiveRun implements ReadableRun {
  readonly messageId: string
  readonly number: number
  /** Set while readers at other instances wait for what is materialised. */
  isWatched = false
  /** The first message that was sent for this answer, where not all fitted. */
  contextFrom: string | undefined
  readonly #first: Message
  #parts: Message['parts'] = []
  #grown: Grown[] = []
  #end: RunEnd | undefined
  /** The newest look of an image that is being made, until it is there. */
  #preview: Preview | undefined
  #wakeUps = new Set<() => void>()
  #stop = new AbortController()
  #lastCall = new AbortController()
  #ended = Promise.withResolvers<void>()

  /** A run that goes on from what `message` holds; `number` is 0 unless it continues an earlier run. */
  constructor(message: Message, number = 0) {
    this.messageId = message.id
    this.number = number
    this.#first = message
    for (const increment of incrementsAfter(message.parts, 0)) this.#keep(increment)
    this.#parts = message.parts
    this.contextFrom = message.contextFrom
  }

  /** Aborts with the reason that `stop` was given. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Aborts when the process ends soon, and with it what is not stored by then. */
  get lastCall(): AbortSignal {
    return this.#lastCall.signal
  }

  /** Resolves when the run's end is durable. */
  get finished(): Promise<void> {
    return this.#ended.promise
  }

  get length(): number {
    return this.#grown.at(-1)?.end ?? 0
  }

  /** The parts as they are to be stored, with what only the provider wants to have back. */
  get parts(): Message['parts'] {
    return this.#parts
  }

  grow(increment: Increment): void {
    if (this.#end) return
    this.#parts = applyIncrement(this.#parts, increment)
    if (increment.type === 'part' && increment.part.type === 'tool-result') this.#preview = undefined
    if (lengthOfIncrement(increment) === 0) return
    const last = this.#parts.at(-1)
    // Readers learn of a part by its first text, not when it was begun without any.
    const isFirst =
      increment.type === 'delta' &&
      isGrowing(last) &&
      last.text === increment.text &&
      !(last.type === 'text' && last.citations)
    this.#keep(isFirst ? { ...increment, begins: true } : increment)
    this.#wake()
  }

  /** Shows those who read now how an image looks that is being made. It is kept nowhere. */
  preview(preview: Preview): void {
    if (this.#end) return
    this.#preview = preview
    this.#wake()
  }

  /** Notes what the provider wants to have back of the part at `index`. Readers are not told. */
  annotate(index: number, meta: ProviderMetadata): void {
    const part = this.#parts[index]
    if (part && !this.#end)
      this.#parts = this.#parts.with(index, { ...part, meta: { ...part.meta, ...meta } })
  }

  #keep(increment: Increment): void {
    this.#grown.push({ increment, end: this.length + lengthOfIncrement(increment) })
  }

  /** `stopped` by a person; `interrupted` because the process must end; `superseded` by another run of the answer. */
  stop(reason: 'stopped' | 'interrupted' | 'superseded'): void {
    this.#stop.abort(reason)
    if (reason === 'interrupted') this.#lastCall.abort()
  }

  /** Ends the run for its readers; call it after the end was stored, so that what they see is never lost again. */
  end(status: RunEnd['status'], error: RunError | null, model: string | null): void {
    const { contextFrom } = this
    this.#end = { type: 'end', status, error, model, ...(contextFrom && { contextFrom }) }
    this.#wake()
    this.#ended.resolve()
  }

  snapshot(): Message {
    const { status, error, model } = this.#end ?? this.#first
    const { contextFrom } = this
    return {
      ...this.#first,
      parts: visibleParts(this.#parts),
      status,
      error,
      model,
      ...(contextFrom && { contextFrom }),
    }
  }

  /**
   * See {@link ReadableRun}. A reader that is slower than the run gets fewer, longer deltas: its place is a number, so
   * nothing is queued for it.
   */
  async *follow(place: number, signal: AbortSignal): AsyncGenerator<PlacedEvent> {
    let at = place
    let index = this.#indexAfter(place)
    let seen: Preview | undefined
    while (!signal.aborted) {
      const first = this.#grown[index]
      if (first) {
        const { event, end, next } = this.#mergeFrom(index, first, at)
        at = end
        index = next
        yield { place: at, event }
        await abortable(signal, (done) => {
          const timer = setTimeout(done, MERGE_MS)
          return () => clearTimeout(timer)
        })
      } else if (this.#end) {
        yield { place: at + 1, event: this.#end }
        return
      } else if (this.#preview && this.#preview !== seen) {
        seen = this.#preview
        yield { place: at, event: seen }
      } else {
        await abortable(signal, (done) => {
          this.#wakeUps.add(done)
          return () => this.#wakeUps.delete(done)
        })
      }
    }
  }

  /** What a reader at `place` lacks of the increment `first`, and with it the text that follows in the same part. */
  #mergeFrom(index: number, first: Grown, place: number): { event: Increment; end: number; next: number } {
    const { increment, end } = first
    if (increment.type !== 'delta') return { event: increment, end, next: index + 1 }
    const { kind, begins } = increment
    const merged = { text: increment.text.slice(place - end), end, next: index + 1 }
    for (let more = this.#grown[merged.next]; more; more = this.#grown[merged.next]) {
      if (more.increment.type !== 'delta' || more.increment.kind !== kind || more.increment.begins) break
      merged.text += more.increment.text
      merged.end = more.end
      merged.next++
    }
    const isFromStart = begins && place <= end - increment.text.length
    return { ...merged, event: { type: 'delta', kind, text: merged.text, ...(isFromStart && { begins }) } }
  }

  /** The first increment that has something behind `place`. */
  #indexAfter(place: number): number {
    let low = 0
    for (let high = this.#grown.length; low < high; ) {
      const middle = (low + high) >>> 1
      if ((this.#grown[middle]?.end ?? 0) > place) high = middle
      else low = middle + 1
    }
    return low
  }

  #wake(): void {
    for (const wakeUp of [...this.#wakeUps]) wakeUp()
  }
}

/** Waits for what `start` announces or for the abort, whichever is first, and leaves nothing behind. */
export function abortable(signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cleanUp()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cleanUp = start(done)
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
  })
}

const slot = processSlot<Map<string, LiveRun>>('live-runs')
slot.value ??= new Map()
const liveRuns = slot.value

/** Makes the run known to readers until its end is durable. */
export function registerRun(run: LiveRun): void {
  liveRuns.set(run.messageId, run)
  void run.finished.then(() => {
    if (liveRuns.get(run.messageId) === run) liveRuns.delete(run.messageId)
  })
}

export function findLiveRun(messageId: string): LiveRun | undefined {
  return liveRuns.get(messageId)
}

/** A message as its readers see it: as it is stored, or what the run has made of it since. */
export function viewOf(message: Message): Message {
  return liveRuns.get(message.id)?.snapshot() ?? { ...message, parts: visibleParts(message.parts) }
}

const draining = processSlot<true>('draining')

/** The process is about to end: nothing that can wait is to begin. */
export const isDraining = () => draining.value === true

/** Waits up to `timeoutMs` for running answers, then marks the rest as interrupted; resolves when all are durable. */
export async function drainRuns(timeoutMs: number): Promise<{ interrupted: number }> {
  draining.value = true
  const deadline = AbortSignal.timeout(timeoutMs)
  const allFinished = () => Promise.all([...liveRuns.values()].map((run) => run.finished))
  const timedOut = new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve()))
  // A connection that is still open may ask for one more, so the list is read again.
  while (liveRuns.size > 0 && !deadline.aborted) await Promise.race([allFinished(), timedOut])
  const left = [...liveRuns.values()]
  for (const run of left) run.stop('interrupted')
  await allFinished()
  return { interrupted: left.length }
}
