/** One who waits. The links are the room's own. */
export interface Waiter {
  readonly caller: string
  lane?: Lane
  previous?: Waiter
  next?: Waiter
}

/** The waiters of one caller, first come first served, and the lane that is served after it. */
interface Lane {
  caller: string
  size: number
  head?: Waiter
  tail?: Waiter
  before: Lane
  after: Lane
}

/**
 * A queue in which callers take turns: one waiter of each, however many each has. Linked lists, so that entering,
 * leaving in the middle and being served cost the same whoever else waits. An empty room holds nothing.
 */
export class WaitingRoom<W extends Waiter> {
  readonly #lanes = new Map<string, Lane>()
  /** The lane that is served next. */
  #turn: Lane | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  sizeOf(caller: string): number {
    return this.#lanes.get(caller)?.size ?? 0
  }

  /** How many are served before a new waiter of this caller, at most. */
  aheadOf(caller: string): number {
    const own = this.sizeOf(caller)
    const callers = this.#lanes.size + (own === 0 ? 1 : 0)
    return Math.min(this.#size, (own + 1) * callers - 1)
  }

  enter(waiter: W): void {
    const lane = this.#lanes.get(waiter.caller) ?? this.#open(waiter.caller)
    waiter.lane = lane
    waiter.previous = lane.tail
    if (lane.tail) lane.tail.next = waiter
    else lane.head = waiter
    lane.tail = waiter
    lane.size++
    this.#size++
  }

  /** Takes a waiter out, wherever it stands. One that is not here stays where it is. */
  leave(waiter: W): void {
    const { lane, previous, next } = waiter
    if (!lane || this.#lanes.get(waiter.caller) !== lane) return
    if (previous) previous.next = next
    else lane.head = next
    if (next) next.previous = previous
    else lane.tail = previous
    waiter.lane = waiter.previous = waiter.next = undefined
    this.#size--
    if (--lane.size === 0) this.#close(lane)
  }

  /** The next one, by turns; the caller's next turn comes after everybody else's. */
  take(): W | undefined {
    const waiter = this.#turn?.head as W | undefined // only `enter` puts waiters here, and it takes W
    if (!waiter) return undefined
    this.#turn = this.#turn?.after
    this.leave(waiter)
    return waiter
  }

  /** A new caller comes last in the round. */
  #open(caller: string): Lane {
    const turn = this.#turn
    // A ring of one points at itself, which needs the object first.
    const lane = { caller, size: 0 } as Lane
    lane.before = turn ? turn.before : lane
    lane.after = turn ?? lane
    lane.before.after = lane
    lane.after.before = lane
    this.#turn ??= lane
    this.#lanes.set(caller, lane)
    return lane
  }

  #close(lane: Lane): void {
    this.#lanes.delete(lane.caller)
    lane.before.after = lane.after
    lane.after.before = lane.before
    if (this.#turn === lane) this.#turn = lane.after === lane ? undefined : lane.after
  }
}
