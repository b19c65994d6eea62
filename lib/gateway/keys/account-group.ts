import type { Rate } from '../limits/rate.ts'
import type { Verdict } from '../outcome/classify.ts'
import type { Refusal } from '../refusal.ts'
import { Account, type Ticket } from './account.ts'
import type { Clock } from './clock.ts'
import type { AccountStatus, KeyEvent, Lease, LeaseAsk } from './key-pool.ts'
import { keyRefusals } from './key-refusals.ts'
import type { KeySetting } from './parse-keys.ts'
import { SlotHeap } from './slot-heap.ts'
import { type Waiter, WaitingRoom } from './waiting-room.ts'

/** The longest wait for a slot. Beyond it an honest refusal is worth more. */
const MAX_WAIT_MS = 10_000
/** In all rooms together, and for one caller in one room: a bound on memory, and on what one caller can take up. */
const MAX_WAITING = 1_024
const MAX_WAITING_PER_CALLER = 64

interface Waiting extends Waiter {
  readonly origin: string
  room: WaitingRoom<Waiting>
  settle(result: Lease | Refusal): void
}

/**
 * Accounts of which any will do. Requests that need no particular account wait in one room, those that need one wait
 * at its door, and an account serves both by turns.
 */
export class AccountGroup {
  readonly #rate: Rate | 'off'
  readonly #clock: Clock
  readonly #tell: (event: KeyEvent) => void

  #accounts = new Map<string, Account>()
  /** All accounts that are not dead. */
  readonly #heap = new SlotHeap<Account>((a, b) =>
    a.freeAtMs === b.freeAtMs ? a.turn < b.turn : a.freeAtMs < b.freeAtMs,
  )
  readonly #room = new WaitingRoom<Waiting>()
  readonly #doors = new Map<Account, { room: WaitingRoom<Waiting>; isNext: boolean; wake?: () => void }>()
  readonly #outOfQuota = new Set<Account>()
  #wake: (() => void) | undefined
  #waiting = 0
  #turn = 0

  constructor(options: { rate: Rate | 'off'; clock: Clock; tell: (event: KeyEvent) => void }) {
    this.#rate = options.rate
    this.#clock = options.clock
    this.#tell = options.tell
  }

  lease(ask: LeaseAsk): Promise<Lease | Refusal> | Lease | Refusal {
    const nowMs = this.#nowMs()
    const pinned = ask.account === undefined ? undefined : this.#accounts.get(ask.account)
    if (pinned) return this.#leaseOf(pinned, ask, nowMs)

    const excluded = ask.exclude?.length
      ? (account: Account) => ask.exclude?.includes(account.name) === true
      : undefined
    const account = this.#heap.first(excluded)
    if (account && account.freeAtMs <= nowMs && (this.#room.size === 0 || excluded)) {
      return this.#grant(account, ask.upstream.origin, nowMs)
    }
    if (excluded) return this.#refusal(account ?? this.#heap.first(), nowMs)
    return this.#wait(ask, this.#room, this.#heap.first(), nowMs)
  }

  #leaseOf(account: Account, ask: LeaseAsk, nowMs: number) {
    // Another account cannot know the object, and this one has been tried.
    if (account.isDead || ask.exclude?.includes(account.name)) return this.#refusal(account, nowMs, true)
    const room = this.#doors.get(account)?.room ?? new WaitingRoom<Waiting>()
    if (account.freeAtMs <= nowMs && room.size === 0 && this.#room.size === 0) {
      return this.#grant(account, ask.upstream.origin, nowMs)
    }
    return this.#wait(ask, room, account, nowMs)
  }

  /** Waits in `room` for `account` (the first one to be free, if any will do), unless that is hopeless. */
  #wait(ask: LeaseAsk, room: WaitingRoom<Waiting>, account: Account | undefined, nowMs: number) {
    const { caller, signal } = ask
    if (signal?.aborted) return keyRefusals.callerLeft()
    const isPinned = room !== this.#room
    const maxWaitMs = Math.min(MAX_WAIT_MS, ask.maxWaitMs ?? MAX_WAIT_MS)
    const expectedMs = account ? this.#expectedMs(room, caller, account, isPinned, nowMs) : 0
    const isFull = this.#waiting >= MAX_WAITING || room.sizeOf(caller) >= MAX_WAITING_PER_CALLER
    if (!account || isFull || expectedMs > maxWaitMs) {
      return this.#refusal(account, nowMs, isPinned, expectedMs)
    }
    return new Promise<Lease | Refusal>((resolve) => {
      const onAbort = () => waiter.settle(keyRefusals.callerLeft())
      const stopTimer = this.#clock.after(maxWaitMs, () => this.#onDeadline(waiter, account))
      const waiter: Waiting = {
        caller,
        origin: ask.upstream.origin,
        room,
        settle: (result) => {
          stopTimer()
          signal?.removeEventListener('abort', onAbort)
          waiter.room.leave(waiter)
          this.#waiting--
          resolve(result)
        },
      }
      signal?.addEventListener('abort', onAbort)
      room.enter(waiter)
      this.#waiting++
      if (isPinned) this.#openDoor(account, room)
      this.#serve(account)
    })
  }

  /** How long a new waiter of this caller waits at most, if all goes on as it does now. */
  #expectedMs(
    room: WaitingRoom<Waiting>,
    caller: string,
    account: Account,
    isPinned: boolean,
    nowMs: number,
  ) {
    const accounts = isPinned ? 1 : Math.max(1, this.#heap.size - this.#outOfQuota.size)
    const slotMs = this.#rate === 'off' ? 0 : this.#rate.periodMs / this.#rate.count / accounts
    return Math.max(0, account.freeAtMs - nowMs) + Math.ceil(room.aheadOf(caller) * slotMs)
  }

  /** A slot that came free at the very end is still given. */
  #onDeadline(waiter: Waiting, asked: Account): void {
    this.#serve(asked)
    if (!waiter.lane) return
    const nowMs = this.#nowMs()
    const isPinned = waiter.room !== this.#room
    const account = isPinned ? asked : this.#heap.first()
    const expectedMs = account ? this.#expectedMs(waiter.room, waiter.caller, account, isPinned, nowMs) : 0
    waiter.settle(this.#refusal(account, nowMs, isPinned, expectedMs))
  }

  #refusal(account: Account | undefined, nowMs: number, isPinned = false, expectedMs = 0): Refusal {
    const isHopeless = isPinned
      ? account?.health === 'out-of-quota'
      : this.#heap.size === this.#outOfQuota.size
    if (!account || account.isDead || isHopeless) return keyRefusals.noneWorks()
    return keyRefusals.busy(Math.max(expectedMs, account.freeAtMs - nowMs))
  }

  #grant(account: Account, origin: string, nowMs: number): Lease {
    const ticket = account.lend(nowMs, ++this.#turn)
    this.#place(account)
    let isSettled = false
    return {
      account: account.name,
      keyFor(asked) {
        if (asked !== origin) throw new TypeError('this key was leased for another origin')
        return ticket.key.secret
      },
      settle: (verdict) => {
        if (isSettled) return
        isSettled = true
        this.#settle(account, ticket, verdict)
      },
    }
  }

  #settle(account: Account, ticket: Ticket, verdict: Verdict): void {
    const event = account.settle(ticket, verdict, this.#nowMs())
    // An account that was replaced meanwhile may finish, but nobody waits for it or hears of it.
    if (this.#accounts.get(account.name) !== account) return
    this.#place(account)
    if (event) this.#tell(event)
    this.#serve(account)
  }

  #place(account: Account): void {
    if (account.health === 'out-of-quota' && !account.isDead) this.#outOfQuota.add(account)
    else this.#outOfQuota.delete(account)
    if (account.isDead) this.#heap.remove(account)
    else this.#heap.place(account)
  }

  /** Serves who can be served now, after something about `account` has changed or time has passed. */
  #serve(account: Account): void {
    this.#serveDoor(account)
    this.#serveRoom()
  }

  #serveRoom(): void {
    const nowMs = this.#nowMs()
    while (this.#room.size > 0) {
      const account = this.#heap.first()
      if (!account || account.freeAtMs > nowMs + MAX_WAIT_MS) {
        this.#turnAway(this.#room, account, false, nowMs)
      } else if (account.freeAtMs > nowMs) {
        break
      } else {
        this.#serveOne(account, nowMs)
      }
    }
    this.#wake?.()
    const account = this.#room.size > 0 ? this.#heap.first() : undefined
    this.#wake = account && this.#clock.after(account.freeAtMs - nowMs, () => this.#serveRoom())
  }

  #serveDoor(account: Account): void {
    const door = this.#doors.get(account)
    if (!door) return
    const nowMs = this.#nowMs()
    while (door.room.size > 0) {
      if (account.isDead || account.freeAtMs > nowMs + MAX_WAIT_MS) {
        this.#turnAway(door.room, account, true, nowMs)
      } else if (account.freeAtMs > nowMs) {
        break
      } else {
        this.#serveOne(account, nowMs)
      }
    }
    door.wake?.()
    if (door.room.size === 0) this.#doors.delete(account)
    else door.wake = this.#clock.after(account.freeAtMs - nowMs, () => this.#serve(account))
  }

  /** One slot of this account: to its own door and to the room by turns, when both have somebody. */
  #serveOne(account: Account, nowMs: number): void {
    const door = this.#doors.get(account)
    const fromDoor = door && door.room.size > 0 && (door.isNext || this.#room.size === 0)
    const waiter = (fromDoor ? door.room : this.#room).take()
    if (door) door.isNext = !fromDoor
    if (waiter) waiter.settle(this.#grant(account, waiter.origin, nowMs))
  }

  #openDoor(account: Account, room: WaitingRoom<Waiting>): void {
    if (!this.#doors.has(account)) this.#doors.set(account, { room, isNext: true })
  }

  /** Nobody here can be served in time, so nobody is kept waiting. */
  #turnAway(
    room: WaitingRoom<Waiting>,
    account: Account | undefined,
    isPinned: boolean,
    nowMs: number,
  ): void {
    for (let waiter = room.take(); waiter; waiter = room.take()) {
      waiter.settle(this.#refusal(account, nowMs, isPinned))
    }
  }

  replace(settings: readonly KeySetting[]): void {
    const nowMs = this.#nowMs()
    const before = this.#accounts
    this.#accounts = new Map()
    for (const [name, keys] of Map.groupBy(settings, ({ account }) => account)) {
      const account = before.get(name) ?? new Account(name, this.#rate)
      account.setKeys(
        keys.map(({ secret }) => secret),
        nowMs,
      )
      this.#accounts.set(name, account)
      this.#place(account)
    }
    for (const account of before.values()) if (!this.#accounts.has(account.name)) this.#dismiss(account)
    for (const account of [...this.#doors.keys()]) this.#serveDoor(account)
    this.#serveRoom()
  }

  /** Who waited for an account that is gone gets any: only upstream can say now whether the object is still there. */
  #dismiss(account: Account): void {
    this.#heap.remove(account)
    this.#outOfQuota.delete(account)
    const door = this.#doors.get(account)
    if (!door) return
    door.wake?.()
    this.#doors.delete(account)
    for (let waiter = door.room.take(); waiter; waiter = door.room.take()) {
      waiter.room = this.#room
      this.#room.enter(waiter)
    }
  }

  status(): AccountStatus[] {
    const nowMs = this.#nowMs()
    return [...this.#accounts.values()].map((account) => ({
      account: account.name,
      state: account.state(nowMs),
      cooldownMs: account.cooldownMs(nowMs),
      bucket: {
        slots: this.#rate === 'off' ? null : account.slots(nowMs),
        nextInMs: Math.max(0, account.freeAtMs - nowMs),
      },
      running: account.running,
      waiting: this.#doors.get(account)?.room.size ?? 0,
      keys: account.keys.map(({ name, dead }) => ({ name, state: dead ? 'dead' : 'live' })),
    }))
  }

  /** Whole milliseconds: the bucket's arithmetic is exact with them. */
  #nowMs(): number {
    return Math.floor(this.#clock.now())
  }
}
