import type { Rate } from '../limits/rate.ts'
import type { Verdict } from '../outcome/classify.ts'
import type { Refusal } from '../refusal.ts'
import { Account, type Ticket } from './account.ts'
import type { Clock } from './clock.ts'
import type { AccountStatus, KeyEvent } from './key-events.ts'
import { keyRefusals } from './key-refusals.ts'
import type { Lease, LeaseAsk } from './lease.ts'
import { LimitedModels } from './limited-models.ts'
import type { KeySetting } from './parse-keys.ts'
import { SlotHeap } from './slot-heap.ts'
import { type Waiter, WaitingRoom } from './waiting-room.ts'

/** The longest wait for a slot. Beyond it an honest refusal is worth more. */
const MAX_WAIT_MS = 10_000
/** In all lines together, and for one caller in one line: a bound on memory, and on what one caller can take up. */
const MAX_WAITING = 1_024
const MAX_WAITING_PER_CALLER = 64

interface Waiting extends Waiter {
  readonly origin: string
  readonly model: string | undefined
  line: Line
  settle(result: Lease | Refusal): void
}

/** Where requests wait that can be served by the same accounts. */
interface Line {
  readonly room: WaitingRoom<Waiting>
  /** The one account, or the one model, that they are for. Without either any account will do. */
  readonly account?: Account
  readonly model?: string
  /** Stops the timer that is set while somebody waits. */
  wake?: () => void
}

/** Who serves a line next, and when; undefined when nobody ever will. */
type Next = { account: Account; atMs: number } | undefined

/**
 * Accounts of which any will do. Requests that need no particular account wait in one line, those that need one wait
 * at its door, and an account serves both by turns. While accounts are at their limit for a model, requests for it wait
 * in a line of their own, so that they hold up no others.
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
  readonly #limited = new LimitedModels()
  readonly #line: Line = { room: new WaitingRoom() }
  /** They exist while somebody waits there. `isNext`: the account's next slot is the door's. */
  readonly #doors = new Map<Account, Line & { isNext: boolean }>()
  readonly #modelLines = new Map<string, Line>()
  readonly #outOfQuota = new Set<Account>()
  #waiting = 0
  #turn = 0

  constructor(options: { rate: Rate | 'off'; clock: Clock; tell: (event: KeyEvent) => void }) {
    this.#rate = options.rate
    this.#clock = options.clock
    this.#tell = options.tell
  }

  get limitsModels(): boolean {
    return this.#limited.size > 0
  }

  lease(ask: LeaseAsk): Promise<Lease | Refusal> | Lease | Refusal {
    const nowMs = this.#nowMs()
    const line = this.#lineFor(ask)
    if (ask.exclude?.length) return this.#leaseElsewhere(ask, line, nowMs)
    const next = this.#nextOf(line, nowMs)
    const isServed = line.room.size === 0 && (line === this.#line || this.#line.room.size === 0)
    if (next && next.atMs <= nowMs && isServed)
      return this.#lend(next.account, ask.upstream.origin, ask.model, nowMs)
    return this.#wait(ask, line, next, nowMs)
  }

  /** Nobody else can serve what needs one account, so there a model's limit is upstream's to tell. */
  #lineFor({ account, model }: Pick<LeaseAsk, 'account' | 'model'>): Line {
    const pinned = account === undefined ? undefined : this.#accounts.get(account)
    if (pinned) return this.#doors.get(pinned) ?? { room: new WaitingRoom(), account: pinned }
    if (model === undefined || !this.#limited.has(model)) return this.#line
    return this.#modelLines.get(model) ?? { room: new WaitingRoom(), model }
  }

  /** A slot that is free now, of an account that was not tried yet. */
  #leaseElsewhere(ask: LeaseAsk, line: Line, nowMs: number): Lease | Refusal {
    const { exclude = [], model } = ask
    // Another account cannot know the object, and this one has been tried.
    if (line.account && exclude.includes(line.account.name)) {
      return this.#refusal(line, { account: line.account, atMs: line.account.freeAtMs }, nowMs)
    }
    const account = line.account
      ? line.account
      : this.#heap.first(
          (some) => exclude.includes(some.name) || (model !== undefined && some.modelFreeAtMs(model) > nowMs),
        )
    if (account && !account.isDead && account.freeAtMs <= nowMs)
      return this.#lend(account, ask.upstream.origin, model, nowMs)
    return this.#refusal(line, account && { account, atMs: account.freeAtMs }, nowMs)
  }

  #nextOf({ account, model }: Line, nowMs: number): Next {
    if (account) return account.isDead ? undefined : { account, atMs: account.freeAtMs }
    if (model === undefined) {
      const first = this.#heap.first()
      return first && { account: first, atMs: first.freeAtMs }
    }
    const free = this.#heap.first((some) => some.modelFreeAtMs(model) > nowMs)
    const back = this.#limited.firstBack(model)
    if (!free || (back && back.atMs < free.freeAtMs)) return back
    return { account: free, atMs: free.freeAtMs }
  }

  /** Waits in the line, unless that is hopeless. */
  #wait(ask: LeaseAsk, line: Line, next: Next, nowMs: number) {
    const { caller, signal } = ask
    if (signal?.aborted) return keyRefusals.callerLeft()
    const maxWaitMs = Math.min(MAX_WAIT_MS, ask.maxWaitMs ?? MAX_WAIT_MS)
    const expectedMs = this.#expectedMs(line, caller, next, nowMs)
    const isFull = this.#waiting >= MAX_WAITING || line.room.sizeOf(caller) >= MAX_WAITING_PER_CALLER
    if (!next || isFull || expectedMs > maxWaitMs) return this.#refusal(line, next, nowMs, expectedMs)
    return new Promise<Lease | Refusal>((resolve) => {
      const onAbort = () => waiter.settle(keyRefusals.callerLeft())
      const stopTimer = this.#clock.after(maxWaitMs, () => this.#onDeadline(waiter))
      const waiter: Waiting = {
        caller,
        origin: ask.upstream.origin,
        model: ask.model,
        line,
        settle: (result) => {
          stopTimer()
          signal?.removeEventListener('abort', onAbort)
          waiter.line.room.leave(waiter)
          this.#waiting--
          resolve(result)
        },
      }
      signal?.addEventListener('abort', onAbort)
      line.room.enter(waiter)
      this.#waiting++
      this.#open(line)
      this.#serve(line)
      if (line.account) this.#serve(this.#line)
    })
  }

  #open(line: Line): void {
    if (line.account && !this.#doors.has(line.account)) {
      this.#doors.set(line.account, Object.assign(line, { isNext: true }))
    }
    if (line.model !== undefined) this.#modelLines.set(line.model, line)
  }

  #close({ account, model }: Line): void {
    if (account) this.#doors.delete(account)
    if (model !== undefined) this.#modelLines.delete(model)
  }

  /** How long a new waiter of this caller waits at most, if all goes on as it does now. */
  #expectedMs({ room, account }: Line, caller: string, next: Next, nowMs: number): number {
    if (!next) return 0
    const accounts = account ? 1 : Math.max(1, this.#heap.size - this.#outOfQuota.size)
    const slotMs = this.#rate === 'off' ? 0 : this.#rate.periodMs / this.#rate.count / accounts
    return Math.max(0, next.atMs - nowMs) + Math.ceil(room.aheadOf(caller) * slotMs)
  }

  /** A slot that came free at the very end is still given. */
  #onDeadline(waiter: Waiting): void {
    this.#serve(waiter.line)
    if (!waiter.lane) return
    const nowMs = this.#nowMs()
    const next = this.#nextOf(waiter.line, nowMs)
    const expectedMs = this.#expectedMs(waiter.line, waiter.caller, next, nowMs)
    waiter.settle(this.#refusal(waiter.line, next, nowMs, expectedMs))
  }

  #refusal({ account: pinned, model }: Line, next: Next, nowMs: number, expectedMs = 0): Refusal {
    const isHopeless = pinned
      ? pinned.isDead || pinned.isOutOfQuota
      : this.#heap.size === this.#outOfQuota.size
    if (isHopeless) return keyRefusals.noneWorks()
    // Everybody was tried or is away: whoever comes first.
    const atMs = next?.atMs ?? this.#nextOf(this.#line, nowMs)?.atMs ?? nowMs
    return keyRefusals.busy(Math.max(expectedMs, atMs - nowMs), model)
  }

  #lend(account: Account, origin: string, asked: string | undefined, nowMs: number): Lease {
    const ticket = account.lend(nowMs, ++this.#turn, asked)
    this.#place(account)
    let isSettled = false
    return {
      account: account.name,
      keyFor(where) {
        if (where !== origin) throw new TypeError('this key was leased for another origin')
        return ticket.key.secret
      },
      settle: (verdict, model = asked) => {
        if (isSettled) return
        isSettled = true
        this.#settle(account, ticket, verdict, model)
      },
    }
  }

  #settle(account: Account, ticket: Ticket, verdict: Verdict, model: string | undefined): void {
    const nowMs = this.#nowMs()
    const event = account.settle(ticket, verdict, nowMs, model)
    // An account that was replaced meanwhile may finish, but nobody waits for it or hears of it.
    if (this.#accounts.get(account.name) !== account) return
    this.#place(account)
    if (model !== undefined) this.#limited.update(model, account, nowMs)
    if (event) this.#tell(event)
    this.#serveAll(account)
  }

  #place(account: Account): void {
    if (account.isOutOfQuota && !account.isDead) this.#outOfQuota.add(account)
    else this.#outOfQuota.delete(account)
    if (account.isDead) this.#heap.remove(account)
    else this.#heap.place(account)
  }

  /** Serves who can be served now that something about `account` has changed. */
  #serveAll(account: Account): void {
    const door = this.#doors.get(account)
    if (door) this.#serve(door)
    this.#serve(this.#line)
    for (const line of this.#modelLines.values()) this.#serve(line)
  }

  #serve(line: Line): void {
    const nowMs = this.#nowMs()
    while (line.room.size > 0) {
      const next = this.#nextOf(line, nowMs)
      if (!next || next.atMs > nowMs + MAX_WAIT_MS) this.#turnAway(line, next, nowMs)
      else if (next.atMs > nowMs) break
      else this.#serveOne(next.account, line, nowMs)
    }
    line.wake?.()
    delete line.wake
    const next = line.room.size > 0 ? this.#nextOf(line, nowMs) : undefined
    if (!next) this.#close(line)
    else line.wake = this.#clock.after(next.atMs - nowMs, () => this.#serve(line))
  }

  /** One slot of this account: to its own door and to the line by turns, when both have somebody. */
  #serveOne(account: Account, line: Line, nowMs: number): void {
    const door = this.#doors.get(account)
    const other = line === door ? this.#line : line
    const fromDoor = door && door.room.size > 0 && (door.isNext || other.room.size === 0)
    const waiter = (fromDoor ? door : other).room.take()
    if (door) door.isNext = !fromDoor
    if (!waiter) return
    const { model } = waiter
    const mustWait = model !== undefined && !fromDoor && account.modelFreeAtMs(model) > nowMs
    if (mustWait) this.#moveTo(this.#lineFor({ model }), waiter)
    else waiter.settle(this.#lend(account, waiter.origin, model, nowMs))
  }

  /** The model came to its limit while they waited. */
  #moveTo(line: Line, waiter: Waiting): void {
    waiter.line = line
    line.room.enter(waiter)
    this.#open(line)
    this.#serve(line)
  }

  /** Nobody here can be served in time, so nobody is kept waiting. */
  #turnAway(line: Line, next: Next, nowMs: number): void {
    for (let waiter = line.room.take(); waiter; waiter = line.room.take()) {
      waiter.settle(this.#refusal(line, next, nowMs))
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
    for (const line of [...this.#doors.values(), this.#line, ...this.#modelLines.values()]) this.#serve(line)
  }

  /** Who waited for an account that is gone gets any: only upstream can say now whether the object is still there. */
  #dismiss(account: Account): void {
    this.#heap.remove(account)
    this.#outOfQuota.delete(account)
    this.#limited.dismiss(account)
    const door = this.#doors.get(account)
    if (!door) return
    door.wake?.()
    this.#close(door)
    for (let waiter = door.room.take(); waiter; waiter = door.room.take()) {
      waiter.line = this.#line
      this.#line.room.enter(waiter)
    }
  }

  status(): AccountStatus[] {
    const nowMs = this.#nowMs()
    return [...this.#accounts.values()].map((account) => ({
      account: account.name,
      state: account.state(nowMs),
      cooldownMs: account.cooldownMs(nowMs),
      limitedModels: account.limitedModels(nowMs),
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
