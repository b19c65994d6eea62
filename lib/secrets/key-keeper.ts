import { settings } from '../config.ts'
import { type KeySource, KeySourceError, type SourceFailure } from './key-source.ts'

/** How the source of keys is, as the operator sees it. Nothing of what is in it. */
export interface KeySourceStatus {
  source: KeySource['kind']
  state: 'ok' | 'failing'
  /** When keys were last read, as Unix milliseconds. */
  readAt: number
  /** Why and since when reading fails; the keys of `readAt` are in use meanwhile. */
  failure?: { code: SourceFailure; since: number; tries: number }
}

/** Something the operator should hear of a source. */
export type TellOfSource = (
  level: 'info' | 'error',
  event: 'keys_source_failed' | 'keys_source_back',
  fields: { code: string; cause?: string; count?: number },
) => void

/** The last good keys of a source. */
export interface KeyKeeper {
  /** In the form of OPENAI_API_KEYS; never empty. */
  readonly keys: string
  /** Reads the source; whether there are other keys now. A source that fails changes nothing. Never rejects. */
  refresh(): Promise<boolean>
  /** Reads it every `everyMs` (sooner while it fails) and whenever it says so, and tells of other keys. */
  follow(onChange: () => void, everyMs: number | undefined): void
  status(): KeySourceStatus
  close(): void
}

/** The first pause while a source fails; then twice as long each time, up to the ordinary one. */
const FIRST_RETRY_MS = 5_000

/** Reads the source for the first time. Rejects with `KeySourceError` when that fails: there is nothing to fall back on. */
export async function keepKeys(source: KeySource, tell: TellOfSource): Promise<KeyKeeper> {
  return new LiveKeeper(source, tell, await loadValid(source))
}

class LiveKeeper implements KeyKeeper {
  keys: string
  readonly #source: KeySource
  readonly #tell: TellOfSource
  #readAt = Date.now()
  #failure: KeySourceStatus['failure']
  #reading: Promise<boolean> | undefined
  #timer: NodeJS.Timeout | undefined
  #stopWatching: (() => void) | undefined
  #isClosed = false

  constructor(source: KeySource, tell: TellOfSource, keys: string) {
    this.#source = source
    this.#tell = tell
    this.keys = keys
  }

  refresh(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<boolean> {
    try {
      const keys = await loadValid(this.#source)
      if (this.#failure) this.#tell('info', 'keys_source_back', { code: this.#source.kind })
      this.#failure = undefined
      this.#readAt = Date.now()
      if (keys === this.keys) return false
      this.keys = keys
      return true
    } catch (error) {
      const { code, message } = asSourceError(error)
      const tries = (this.#failure?.tries ?? 0) + 1
      this.#failure = { code, since: this.#failure?.since ?? Date.now(), tries }
      this.#tell('error', 'keys_source_failed', { code, cause: `KEYS_FROM ${message}.`, count: tries })
      return false
    }
  }

  follow(onChange: () => void, everyMs: number | undefined): void {
    const look = () => this.refresh().then((isNew) => isNew && !this.#isClosed && onChange())
    this.#stopWatching = this.#source.watch?.(() => void look())
    if (everyMs === undefined || this.#stopWatching) return
    const goOn = () => {
      if (this.#isClosed) return
      const { tries } = this.#failure ?? { tries: 0 }
      const pauseMs = tries === 0 ? everyMs : Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(tries - 1, 20))
      this.#timer = setTimeout(() => void look().then(goOn), pauseMs)
      this.#timer.unref()
    }
    goOn()
  }

  status(): KeySourceStatus {
    return {
      source: this.#source.kind,
      state: this.#failure ? 'failing' : 'ok',
      readAt: this.#readAt,
      ...(this.#failure && { failure: this.#failure }),
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#stopWatching?.()
    this.#source.close?.()
  }
}

/** What a source has, if the gateway could use it: half a text is worth less than the keys of yesterday. */
async function loadValid(source: KeySource): Promise<string> {
  const keys = await source.load()
  if (keys === '') throw new KeySourceError('malformed', 'names a place without keys')
  const read = settings.OPENAI_API_KEYS.schema.safeParse(keys)
  if (read.success) return keys
  throw new KeySourceError('malformed', `leads to text that ${read.error.issues[0]?.message}`)
}

const asSourceError = (error: unknown): KeySourceError =>
  error instanceof KeySourceError ? error : new KeySourceError('unavailable', 'cannot be read')
