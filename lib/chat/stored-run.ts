import type { Database } from '../db/schema.ts'
import type { Message } from './contract.ts'
import { abortable, findLiveRun, type PlacedEvent, type ReadableRun } from './live-runs.ts'
import { interruptLostRuns } from './lost-runs.ts'
import { visibleParts } from './parts.ts'
import { incrementsAfter, lengthOf, lengthOfIncrement } from './run-place.ts'
import { type FoundAnswer, findAnswer } from './run-store.ts'

/** How often a run that another instance writes is looked at. */
const POLL_MS = 400

/** A run of which only the rows are here: it has ended, or another instance is writing it. */
export class StoredRun implements ReadableRun {
  readonly number: number
  readonly length: number
  readonly #db: Database
  readonly #owner: string
  readonly #first: Message

  constructor(db: Database, owner: string, { answer, runNumber }: FoundAnswer) {
    this.number = runNumber
    this.length = lengthOf(answer.parts)
    this.#db = db
    this.#owner = owner
    this.#first = answer
  }

  snapshot(): Message {
    return { ...this.#first, parts: visibleParts(this.#first.parts) }
  }

  /** See {@link ReadableRun}. Ends without an `end` event as well when the run has gone and another has taken its place. */
  async *follow(place: number, signal: AbortSignal): AsyncGenerator<PlacedEvent> {
    let at = place
    let message = this.#first
    while (!signal.aborted) {
      for (const event of incrementsAfter(message.parts, at)) {
        at += lengthOfIncrement(event)
        yield { place: at, event }
      }
      const { status, error, model } = message
      if (status !== 'running') {
        yield { place: at + 1, event: { type: 'end', status, error, model } }
        return
      }
      await this.#watch()
      await abortable(signal, (done) => {
        const timer = setTimeout(done, POLL_MS)
        return () => clearTimeout(timer)
      })
      // Attached between the commit and the start of a run of this very process.
      const live = findLiveRun(message.id)
      if (live?.number === this.number) return yield* live.follow(at, signal)
      const found = await findAnswer(this.#db, this.#owner, message.id)
      if (found?.runNumber !== this.number) return
      message = found.answer
    }
  }

  /** Lets the writing instance know that somebody waits, and finds out when there is none any more. */
  async #watch(): Promise<void> {
    await this.#db
      .updateTable('run')
      .set({ watched_at: Date.now() })
      .where('message_id', '=', this.#first.id)
      .where('status', '=', 'running')
      .execute()
    await interruptLostRuns(this.#db, { all: false })
  }
}
