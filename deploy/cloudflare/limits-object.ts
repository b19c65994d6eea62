import { type Bucket, type Decision, drainedAtMs, takeOne } from '#lib/gateway/limits/gcra.ts'
import type { Rate } from '#lib/gateway/limits/rate.ts'

/** What a Worker asks the object that keeps a key's limit. */
export type LimitQuestion =
  | { ask: 'take'; rate: Rate }
  | { ask: 'hold'; slot: string; max: number; leaseMs: number }
  | { ask: 'keep'; slot: string; leaseMs: number }
  | { ask: 'let-go'; slot: string }

/** The decision of `take`; of `hold`, whether there was a slot. The others answer nothing that matters. */
export type LimitAnswer = Decision | { held: boolean }

/** What is kept on disk, so that an object which was put away goes on where it was. */
interface Kept {
  bucket?: Bucket & { drainedAtMs: number }
  /** When the lease of each slot ends. */
  slots: Record<string, number>
}

/** What is used of a Durable Object's storage. Nothing that it was told leaves the object before it is on disk. */
interface Storage {
  get<T>(key: string): Promise<T | undefined>
  put(key: string, value: unknown): Promise<void>
  deleteAll(): Promise<void>
  getAlarm(): Promise<number | null>
  setAlarm(atMs: number): Promise<void>
}

interface State {
  storage: Storage
  /** Nobody is served until `load` is over. */
  blockConcurrencyWhile(load: () => Promise<void>): Promise<void>
}

const KEY = 'kept'

/**
 * The limit of one key, for all Workers of the world: a Durable Object, of which Cloudflare runs one for each name. Its
 * clock is the only one that counts. What means nothing any more is erased by an alarm.
 */
export class LimitsObject {
  readonly #storage: Storage
  #kept: Kept = { slots: {} }
  #hasAlarm = false

  constructor(state: State) {
    const { storage } = state
    this.#storage = storage
    void state.blockConcurrencyWhile(async () => {
      this.#kept = (await storage.get<Kept>(KEY)) ?? this.#kept
    })
  }

  async fetch(request: Request): Promise<Response> {
    const question: LimitQuestion = await request.json() // only our own Worker has this object's name
    const nowMs = Date.now()
    const answer = decide(this.#kept, question, nowMs)
    await this.#storage.put(KEY, this.#kept)
    await this.#wake(nowMs)
    return Response.json(answer)
  }

  async alarm(): Promise<void> {
    this.#hasAlarm = false
    const nowMs = Date.now()
    if (idleAtMs(this.#kept) > nowMs) return this.#wake(nowMs)
    this.#kept = { slots: {} }
    await this.#storage.deleteAll()
  }

  async #wake(nowMs: number): Promise<void> {
    if (this.#hasAlarm) return
    this.#hasAlarm = true
    if ((await this.#storage.getAlarm()) === null) {
      await this.#storage.setAlarm(Math.max(idleAtMs(this.#kept), nowMs + LEAST_WAIT_MS))
    }
  }
}

/** Between two alarms. */
const LEAST_WAIT_MS = 1_000

function decide(kept: Kept, question: LimitQuestion, nowMs: number): LimitAnswer {
  if (question.ask === 'take') {
    const { decision, bucket } = takeOne(kept.bucket, question.rate, nowMs)
    kept.bucket = { ...bucket, drainedAtMs: drainedAtMs(bucket, question.rate) }
    return decision
  }
  const { slots } = kept
  for (const [slot, untilMs] of Object.entries(slots)) if (untilMs <= nowMs) delete slots[slot]
  if (question.ask === 'let-go') delete slots[question.slot]
  else if (question.ask === 'keep' || Object.keys(slots).length < question.max) {
    slots[question.slot] = nowMs + question.leaseMs
  } else return { held: false }
  return { held: true }
}

/** From when on nothing that is kept changes a decision. */
const idleAtMs = ({ bucket, slots }: Kept) => Math.max(0, bucket?.drainedAtMs ?? 0, ...Object.values(slots))
