import { Writable } from 'node:stream'

/** Answers with these have no body (RFC 9110, 15), and `Response` takes none for them. */
const WITHOUT_BODY = [204, 205, 304]

/**
 * An answer to a caller in this process: what a relay writes as if to a connection becomes a `Response`. Its reader's pace
 * is the writer's. A body that broke off fails after what had come of it was read, as it does over a connection.
 */
export class InnerAnswer extends Writable {
  /** Comes with the head; rejects when there will be none. */
  readonly response: Promise<Response>
  headersSent = false
  /** There is no connection; these two end the answer as ending one would. */
  readonly socket = {
    destroySoon: () => this.#breakOff(),
    resetAndDestroy: () => this.#breakOff(),
  }
  readonly #resolve: (response: Response) => void
  readonly #reject: (reason: unknown) => void
  #reader: ReadableStreamDefaultController<Uint8Array> | undefined
  #goOn: (() => void) | undefined
  #isBroken = false

  constructor() {
    super()
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    this.response = promise
    this.#resolve = resolve
    this.#reject = reject
    // Whoever reads the body is told of a failure by the body.
    this.on('error', () => {})
  }

  /** `headers` are names and values in turns. */
  writeHead(status: number, reason: string, headers: readonly string[]): void {
    this.headersSent = true
    try {
      this.#resolve(this.#responseOf(status, reason, headers))
    } catch (error) {
      // A status or a header that `Response` knows not to be one.
      this.destroy(error instanceof Error ? error : new TypeError('the answer has no readable head'))
    }
  }

  #responseOf(status: number, reason: string, headers: readonly string[]): Response {
    const inPairs = new Headers()
    for (let i = 0; i < headers.length; i += 2) inPairs.append(headers[i] ?? '', headers[i + 1] ?? '')
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#reader = controller
      },
      pull: () => {
        const goOn = this.#goOn
        this.#goOn = undefined
        // This may write the next piece, which then waits in its place.
        goOn?.()
      },
      cancel: () => void this.destroy(),
    })
    const hasBody = !WITHOUT_BODY.includes(status)
    return new Response(hasBody ? body : null, { status, statusText: reason, headers: inPairs })
  }

  /** The head is on its way as soon as it is written. */
  flushHeaders(): void {}

  /** `Response` has no room for them. */
  addTrailers(_: unknown): void {}

  override _write(chunk: Uint8Array, _: BufferEncoding, done: () => void): void {
    this.#reader?.enqueue(chunk)
    if ((this.#reader?.desiredSize ?? 1) > 0) done()
    else this.#goOn = done
  }

  override _final(done: () => void): void {
    if (this.#isBroken) this.#reader?.error(new TypeError('terminated'))
    else this.#reader?.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Both do nothing after the end.
    this.#reject(error ?? new TypeError('there was no answer'))
    if (!this.writableFinished) this.#reader?.error(error ?? new TypeError('terminated'))
    done(error)
  }

  #breakOff(): void {
    this.#isBroken = true
    this.end()
  }
}
