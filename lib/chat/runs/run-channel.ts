import { createClient } from '@redis/client'
import { getConfig } from '../../config.ts'
import { log } from '../../log.ts'
import { processSlot } from '../../process-slot.ts'
import type { Preview } from '../contract.ts'
import { abortable, type LiveRun, type PlacedEvent } from './live-runs.ts'
import { lengthOfIncrement } from './run-place.ts'

/**
 * What instances tell one another of their runs, through Redis: each event as it comes, and that somebody wants a run
 * stopped. A convenience over the rows, which stay the truth: what is not heard, or heard twice, costs a moment and nothing
 * else, and without Redis everything goes by the rows.
 */
export interface RunChannel {
  /** Tells other instances of a run of this one, until it has ended, and has it obey them. */
  share(run: LiveRun): void
  /** What another instance tells of the run of an answer from now on. `signal` ends it. */
  listen(answerId: string, signal: AbortSignal): RunNews
  /** Has the instance that writes an answer stop it, if it hears this. */
  askToStop(answerId: string): void
}

/** An event of the run of this number, and where its reader stands behind it. */
export interface Told extends PlacedEvent {
  number: number
  /** Previews are for those who read where the image is made. */
  event: Exclude<PlacedEvent['event'], Preview>
}

export class RunNews {
  #told: Told[] = []
  #wake: (() => void) | undefined
  readonly #isHeard: () => boolean

  constructor(isHeard: () => boolean) {
    this.#isHeard = isHeard
  }

  /** Whether what happens now is heard here. */
  get isLive(): boolean {
    return this.#isHeard()
  }

  /**
   * The next that a reader at `place` of the run `number` lacks. `end` when that run is over, which the rows tell;
   * `gap` when something before it was missed, which only the rows have; undefined when nothing was told.
   */
  take(number: number, place: number): PlacedEvent | 'end' | 'gap' | undefined {
    for (let told = this.#told[0]; told; told = this.#told[0]) {
      if (told.number > number || (told.number === number && told.event.type === 'end')) return 'end'
      const { event, number: ofRun } = told
      const length = event.type === 'end' ? 0 : lengthOfIncrement(event)
      const isKnown = ofRun < number || told.place <= place
      if (!isKnown && told.place - length > place) return 'gap'
      this.#told.shift()
      if (!isKnown) return { place: told.place, event: behind(event, told.place - length, place) }
    }
    return undefined
  }

  add(told: Told): void {
    this.#told.push(told)
    this.#wake?.()
  }

  /** Waits until there is something to take, or `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#told.length > 0) return
    await abortable(signal, (done) => {
      this.#wake = done
      return () => {
        this.#wake = undefined
      }
    })
  }
}

/** An event that begins at `start`, without what a reader at `place` has of it. */
function behind(event: Told['event'], start: number, place: number): Told['event'] {
  if (event.type !== 'delta' || start === place) return event
  return { type: 'delta', kind: event.kind, text: event.text.slice(place - start) }
}

const nameOf = (answerId: string) => `tain:run:${answerId}`
const stopNameOf = (answerId: string) => `tain:stop:${answerId}`

const LONGEST_PAUSE_MS = 2_000
/** Between two tries to listen while the connection is being made. */
const LISTEN_PAUSE_MS = 200

function openChannel(url: string): RunChannel {
  let saidAway = false
  const connect = () => {
    const client = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      socket: { reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, LONGEST_PAUSE_MS) },
    })
    client.on('error', (error: unknown) => {
      if (!saidAway) log('warn', 'run_channel_away', { error })
      saidAway = true
    })
    client.on('ready', () => {
      saidAway = false
    })
    void client.connect().catch(() => undefined) // It goes on trying, and has told why.
    return client
  }
  const [speaker, ear] = [connect(), connect()]
  const say = async (name: string, text: string) => {
    if (speaker.isReady) await speaker.publish(name, text).catch(() => undefined)
  }
  /** Subscribes as soon as Redis is there; the client does so again after each of its absences. */
  async function hear(
    name: string,
    listener: (text: string) => void,
    signal: AbortSignal,
    onLive = () => {},
  ) {
    while (!signal.aborted) {
      if (
        ear.isReady &&
        (await ear.subscribe(name, listener).then(
          () => true,
          () => false,
        ))
      )
        break
      await abortable(signal, (done) => {
        const timer = setTimeout(done, LISTEN_PAUSE_MS)
        return () => clearTimeout(timer)
      })
    }
    onLive()
    const leave = () => void ear.unsubscribe(name, listener).catch(() => undefined)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  }

  return {
    share(run) {
      const ended = new AbortController()
      void run.finished.then(() => ended.abort())
      void hear(stopNameOf(run.messageId), () => run.stop('stopped'), ended.signal)
      void tell(run)
    },
    listen(answerId, signal) {
      let isSubscribed = false
      const news = new RunNews(() => isSubscribed && ear.isReady)
      // Written by `tell` of another instance.
      void hear(
        nameOf(answerId),
        (text) => news.add(JSON.parse(text) as Told),
        signal,
        () => {
          isSubscribed = true
        },
      )
      return news
    },
    askToStop: (answerId) => void say(stopNameOf(answerId), ''),
  }

  async function tell(run: LiveRun): Promise<void> {
    for await (const { place, event } of run.follow(run.length, new AbortController().signal)) {
      if (event.type === 'preview') continue
      const told: Told = { number: run.number, place, event }
      await say(nameOf(run.messageId), JSON.stringify(told))
    }
  }
}

const opened = processSlot<RunChannel>('run-channel')

/** The channel between the instances; undefined where there is no Redis, or, with SQLite, but one instance. */
export function getRunChannel(): RunChannel | undefined {
  const { REDIS_URL: url, DATABASE_URL } = getConfig()
  if (!url || !DATABASE_URL) return undefined
  opened.value ??= openChannel(url)
  return opened.value
}
