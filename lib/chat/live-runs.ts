import type { Message, RunError, RunEvent } from './contract.ts'
import { applyDelta } from './parts.ts'

/**
 * The runs that this process is writing. A run belongs to the server: readers come and go, and only `stop` or the end of
 * the answer ends it. Everything here is in memory; `run-store.ts` keeps the durable half.
 */
export type DeltaKind = 'text' | 'reasoning'
export type RunEnd = Extract<RunEvent, { type: 'end' }>
export interface SequencedEvent {
  seq: number
  event: Exclude<RunEvent, { type: 'start' }>
}

/** Pause between two events to one reader: about two frames. Deltas that arrive within it travel as one. */
const MERGE_MS = 32

export class LiveRun {
  readonly messageId: string
  readonly #first: Message
  #parts: Message['parts'] = []
  #deltas: { kind: DeltaKind; text: string }[] = []
  #end: RunEnd | undefined
  #wakeUps = new Set<() => void>()
  #stop = new AbortController()
  #ended = Promise.withResolvers<void>()

  constructor(message: Message) {
    this.messageId = message.id
    this.#first = message
    this.#parts = message.parts
  }

  /** Aborts when somebody asked the run to stop, or with the reason `interrupted` when the process must end. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Resolves when the run's end is durable. */
  get finished(): Promise<void> {
    return this.#ended.promise
  }

  get seq(): number {
    return this.#deltas.length
  }

  append(kind: DeltaKind, text: string): void {
    if (this.#end || text === '') return
    this.#deltas.push({ kind, text })
    this.#parts = applyDelta(this.#parts, kind, text)
    this.#wake()
  }

  stop(reason: 'stopped' | 'interrupted'): void {
    this.#stop.abort(reason)
  }

  /** Ends the run for its readers; call it after the end was stored, so that what they see is never lost again. */
  end(status: RunEnd['status'], error: RunError | null, model: string | null): void {
    this.#end = { type: 'end', status, error, model }
    this.#wake()
    this.#ended.resolve()
  }

  /** The message as it stands this moment. */
  snapshot(): Message {
    const { status, error, model } = this.#end ?? this.#first
    return { ...this.#first, parts: this.#parts, status, error, model }
  }

  /**
   * The events after `afterSeq`, then the end. A reader that is slower than the run gets fewer, longer deltas: its
   * place is an index, so nothing is queued for it. Ends without an `end` event when `signal` aborts.
   */
  async *follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<SequencedEvent> {
    let at = afterSeq
    while (!signal.aborted) {
      const first = this.#deltas[at]
      if (first) {
        let text = ''
        for (; this.#deltas[at]?.kind === first.kind; at++) text += this.#deltas[at]?.text
        yield { seq: at, event: { type: 'delta', kind: first.kind, text } }
        await abortable(signal, (done) => {
          const timer = setTimeout(done, MERGE_MS)
          return () => clearTimeout(timer)
        })
      } else if (this.#end) {
        yield { seq: at + 1, event: this.#end }
        return
      } else {
        await abortable(signal, (done) => {
          this.#wakeUps.add(done)
          return () => this.#wakeUps.delete(done)
        })
      }
    }
  }

  #wake(): void {
    for (const wakeUp of [...this.#wakeUps]) wakeUp()
  }
}

/** Waits for what `start` announces or for the abort, whichever is first, and leaves nothing behind. */
function abortable(signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> {
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

// As with the database: bundles and the Node host have copies of this module and share the runs.
const shared = globalThis as { [key: symbol]: unknown }
const KEY = Symbol.for('tain.live-runs')
shared[KEY] ??= new Map<string, LiveRun>()
const liveRuns = shared[KEY] as Map<string, LiveRun> // set in the line above, here or in a copy

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

/** The stored message, or what the run has made of it since. */
export function overlayLive(message: Message): Message {
  return liveRuns.get(message.id)?.snapshot() ?? message
}

/** Waits up to `timeoutMs` for running answers, then marks the rest as interrupted; resolves when all are durable. */
export async function drainRuns(timeoutMs: number): Promise<{ interrupted: number }> {
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
