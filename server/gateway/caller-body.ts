import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { MAX_KEPT_BYTES, type PeekedBody } from '../../lib/gateway/exchange.ts'

const NOTHING = Buffer.alloc(0)

/** Why a request's body ended without being whole; the fault is the caller's. */
export class CallerError extends Error {
  readonly code: 'CALLER_SILENT' | 'BODY_TOO_LARGE'

  constructor(code: CallerError['code']) {
    super(code)
    this.code = code
  }
}

/** A caller's body, as whoever sends it upstream takes it. */
export interface RequestBody {
  /** So much of it has come. */
  readonly bytes: number
  readonly maxBytes: number
  /** All of it in one piece, if it is there. */
  take(): Buffer | undefined
  /** Else from its beginning. Fails with a {@link CallerError}. */
  open(idleTimeoutMs: number): Readable
  /** It will not be sent again. */
  forget(): void
}

/** A body that was never anywhere else. */
export class OwnBody implements RequestBody {
  readonly bytes: number
  readonly maxBytes = Number.POSITIVE_INFINITY
  readonly #all: Buffer

  constructor(all: Buffer) {
    this.#all = all
    this.bytes = all.length
  }

  take(): Buffer {
    return this.#all
  }

  open(): Readable {
    return Readable.from(this.#all, { objectMode: false })
  }

  forget(): void {}
}

/** What came of a request's body, counted, and kept as long as the request may have to be sent again. */
export class ReceivedBody implements RequestBody {
  readonly maxBytes: number
  readonly request: IncomingMessage
  bytes = 0
  isWhole = false
  /** From the first byte on; undefined when it is not kept. */
  chunks: Buffer[] | undefined = []

  constructor(request: IncomingMessage, maxBytes: number) {
    this.request = request
    this.maxBytes = maxBytes
  }

  forget(): void {
    this.chunks = undefined
  }

  open(idleTimeoutMs: number): CallerBody {
    return new CallerBody(this, idleTimeoutMs)
  }

  /**
   * The body in one piece, if all of it is here already: small ones come with the head of their request. Only where its
   * length was announced, since whoever sends one piece announces it.
   */
  take(): Buffer | undefined {
    const all = this.#readAtOnce()
    if (all) return all
    const isAnnounced = this.request.headers['content-length'] !== undefined
    return isAnnounced && this.isWhole && this.chunks ? inOnePiece(this.chunks) : undefined
  }

  #readAtOnce(): Buffer | undefined {
    const { request } = this
    if (this.bytes > 0 || request.readableLength !== Number(request.headers['content-length']))
      return undefined
    const all: Buffer | null = request.read()
    if (!all) return undefined
    this.#hold(all)
    this.isWhole = true
    // Nothing more will come, but it ends only when it is read.
    request.resume()
    return all
  }

  /** What is kept. */
  kept(): PeekedBody {
    return { bytes: inOnePiece(this.chunks ?? []), isWhole: this.isWhole && this.chunks !== undefined }
  }

  /** Reads ahead until so much is kept, it ends, or nothing comes for `idleTimeoutMs`. Only before it is sent. */
  async readAhead(minBytes: number, idleTimeoutMs: number): Promise<void> {
    const { request } = this
    this.#readAtOnce()
    const wantedBytes = Math.min(minBytes, MAX_KEPT_BYTES)
    if (this.isWhole || this.bytes >= wantedBytes || request.destroyed) return
    await new Promise<void>((resolve) => {
      const onData = (chunk: Buffer) => {
        this.#hold(chunk)
        timer.refresh()
        if (this.bytes >= wantedBytes) stop()
      }
      const onEnd = () => {
        this.isWhole = true
        stop()
      }
      const stop = () => {
        clearTimeout(timer)
        request.off('data', onData).off('end', onEnd).off('close', stop)
        // The rest is for whoever sends it.
        request.pause()
        resolve()
      }
      const timer = setTimeout(stop, idleTimeoutMs)
      request.on('data', onData).on('end', onEnd).on('close', stop)
    })
  }

  /** Nobody has sent it yet, so it is not dropped, however long it is. */
  #hold(chunk: Buffer): void {
    this.bytes += chunk.length
    this.chunks?.push(chunk)
  }

  /** On its way upstream. */
  add(chunk: Buffer): void {
    this.bytes += chunk.length
    if (this.bytes > MAX_KEPT_BYTES) this.chunks = undefined
    this.chunks?.push(chunk)
  }
}

const inOnePiece = ([first = NOTHING, ...more]: readonly Buffer[]): Buffer =>
  more.length > 0 ? Buffer.concat([first, ...more]) : first

/**
 * A caller's request body as a stream of its own, from its beginning. undici destroys the body it was given when
 * upstream answers early or fails; on the request itself that would cut the connection over which the answer has to go
 * out, and the next attempt could not go on where this one stopped.
 *
 * It fails with a {@link CallerError} when upstream waits for more and nothing comes for `idleTimeoutMs`, or when more
 * than is allowed comes.
 */
export class CallerBody extends Readable {
  readonly #request: IncomingMessage
  readonly #received: ReceivedBody
  readonly #idle: NodeJS.Timeout
  #awaited = false

  constructor(received: ReceivedBody, idleTimeoutMs: number) {
    super()
    const { request } = received
    this.#request = request
    this.#received = received
    this.#idle = setTimeout(this.#onIdle, idleTimeoutMs)
    for (const chunk of received.chunks ?? []) this.push(chunk)
    if (received.bytes > MAX_KEPT_BYTES) received.chunks = undefined
    if (received.isWhole) this.#onEnd()
    request.on('data', this.#onData)
    request.on('end', this.#onEnd)
    request.on('error', this.#onError)
    request.pause()
    // undici stops listening when the exchange is over for it; a caller that breaks off later must not end the process.
    this.on('error', () => {})
  }

  override _read(): void {
    this.#awaited = true
    this.#idle.refresh()
    this.#request.resume()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#idle)
    this.#request.off('data', this.#onData)
    this.#request.off('end', this.#onEnd)
    // What comes now is for the next attempt, or for whoever throws it away.
    this.#request.pause()
    callback(error)
  }

  #onData = (chunk: Buffer) => {
    const received = this.#received
    received.add(chunk)
    if (received.bytes > received.maxBytes) {
      this.destroy(new CallerError('BODY_TOO_LARGE'))
      return
    }
    this.#idle.refresh()
    if (this.push(chunk)) return
    this.#awaited = false
    this.#request.pause()
  }

  #onEnd = () => {
    this.#received.isWhole = true
    clearTimeout(this.#idle)
    this.push(null)
  }

  #onError = (error: Error) => {
    this.destroy(error)
  }

  #onIdle = () => {
    // Not the caller's silence but upstream's: whoever waits for upstream's answer has its own clock.
    if (this.#awaited) this.destroy(new CallerError('CALLER_SILENT'))
  }
}

/** Whether a request has a body: RFC 9112, section 6. An announced length of zero is none. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Reads what is left of a body that nobody wants any more and throws it away, so that the caller gets round to reading
 * its answer and may use its connection again. Closes the connection when that takes longer than `timeoutMs`.
 */
export function discardRest(request: IncomingMessage, timeoutMs: number): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.destroy(), timeoutMs)
  request.once('close', () => clearTimeout(timer))
  request.resume()
}
