import { byDatabaseClock } from '../../db/database-clock.ts'
import type { Database } from '../../db/schema.ts'
import { ifWritable } from '../../db/storage-failure.ts'
import type { Message } from '../contract.ts'
import { visibleParts } from '../parts.ts'
import { abortable, findLiveRun, type PlacedEvent, type ReadableRun } from './live-runs.ts'
import { noticeLostRuns } from './lost-runs.ts'
import { getRunChannel, type RunNews } from './run-channel.ts'
import { incrementsAfter, lengthOf, lengthOfIncrement } from './run-place.ts'
import { type FoundAnswer, findAnswer } from './run-store.ts'

/** How often a run that another instance writes is looked at. */
const POLL_MS = 400
/** The same while that instance tells of it. */
const TOLD_POLL_MS = 2_000

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
    const news = getRunChannel()?.listen(this.#first.id, signal)
    let at = place
    let message = this.#first
    while (!signal.aborted) {
      for (const event of incrementsAfter(message.parts, at)) {
        at += lengthOfIncrement(event)
        yield { place: at, event }
      }
      const { status, error, model, contextFrom } = message
      if (status !== 'running') {
        yield { place: at + 1, event: { type: 'end', status, error, model, contextFrom } }
        return
      }
      at = yield* this.#hear(news, at, signal)
      // Attached between the commit and the start of a run of this very process.
      const live = findLiveRun(message.id)
      if (live?.number === this.number) return yield* live.follow(at, signal)
      const found = await findAnswer(this.#db, this.#owner, message.id)
      if (found?.runNumber !== this.number) return
      message = found.answer
    }
  }

  /**
   * What the writing instance tells until the rows are to be looked at again; returns the reader's place. What was said
   * before anybody listened is in the rows, soon: they are then looked at often, and the writing instance knows.
   */
  async *#hear(
    news: RunNews | undefined,
    place: number,
    signal: AbortSignal,
  ): AsyncGenerator<PlacedEvent, number> {
    if (!news?.isLive) return await this.#pause(place, signal)
    let at = place
    const until = AbortSignal.any([signal, AbortSignal.timeout(TOLD_POLL_MS)])
    while (!until.aborted) {
      const told = news.take(this.number, at)
      if (told === 'end') return at
      if (told === 'gap') return await this.#pause(at, signal)
      if (told) {
        at = told.place
        yield told
      } else await news.wait(until)
    }
    return at
  }

  /** Until the rows are looked at again, which the writing instance has to know. */
  async #pause(place: number, signal: AbortSignal): Promise<number> {
    await this.#watch()
    await abortable(signal, (done) => {
      const timer = setTimeout(done, POLL_MS)
      return () => clearTimeout(timer)
    })
    return place
  }

  /** Lets the writing instance know that somebody waits, and finds out when there is none any more. */
  async #watch(): Promise<void> {
    const mark = this.#db
      .updateTable('run')
      .set({ watched_at: byDatabaseClock(this.#db) })
      .where('message_id', '=', this.#first.id)
      .where('status', '=', 'running')
    await ifWritable(mark.execute())
    await noticeLostRuns(this.#db)
  }
}
