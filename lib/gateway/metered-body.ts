import { MAX_KEPT_BYTES, type PeekedBody } from './exchange.ts'
import { createIdleTimer } from './idle-timer.ts'
import { type Refusal, refusals } from './refusal.ts'

type Reader = ReadableStreamDefaultReader<Uint8Array>

/**
 * A request's body on `fetch`: counted, not buffered, and kept as long as the request may have to be sent again. Each
 * attempt opens it anew, from its first byte. It fails when it exceeds `maxBytes`, or ends before the announced length:
 * a host that truncates uploads must not make them look complete.
 */
export class MeteredBody {
  readonly #request: Request
  readonly #maxBytes: number
  #reader: Reader | undefined
  #reading: Promise<Uint8Array | undefined> | undefined
  /** From the first byte on; undefined when it is not kept. */
  #chunks: Uint8Array[] | undefined = []
  #isWhole = false
  #isOpened = false
  bytes = 0
  /** Why it failed. */
  refusal: Refusal | undefined

  constructor(request: Request, maxBytes: number) {
    this.#request = request
    this.#maxBytes = maxBytes
    const { method, headers, body } = request
    const announced = Number(headers.get('content-length') ?? 0) > 0 || headers.has('transfer-encoding')
    if (!body) this.#isWhole = true
    if (!body && announced)
      this.refusal = refusals.badRequest(`this host loses the body of a ${method} request`)
  }

  get replayable(): boolean {
    return this.#chunks !== undefined
  }

  /** It is not needed a second time. */
  forget(): void {
    this.#chunks = undefined
  }

  /** See `Exchange.peekBody`. Reads ahead only before the first attempt. */
  async peek(minBytes: number, idleTimeoutMs: number): Promise<PeekedBody> {
    if (!this.#isOpened)
      await this.#readAhead(Math.min(minBytes, this.#maxBytes, MAX_KEPT_BYTES), idleTimeoutMs)
    const chunks = this.#chunks ?? []
    const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    return { bytes, isWhole: this.#isWhole && this.#chunks !== undefined }
  }

  async #readAhead(minBytes: number, idleTimeoutMs: number): Promise<void> {
    let isSilent = false
    while (!this.#isWhole && !isSilent && this.#chunks && this.bytes < minBytes) {
      const silence = Promise.withResolvers<undefined>()
      const timer = createIdleTimer(idleTimeoutMs, () => {
        isSilent = true
        silence.resolve(undefined)
      })
      timer.restart()
      try {
        await Promise.race([this.#next(), silence.promise])
      } catch {
        // Whoever sends it meets the same failure.
        return
      } finally {
        timer.stop()
      }
    }
  }

  /**
   * Nobody wants what is left of it. A little more is read and thrown away, so that a caller who is still sending gets
   * round to reading the answer; a large rest is cut off.
   */
  async discard(): Promise<void> {
    this.#chunks = undefined
    const { body } = this.#request
    if (!body || this.#isWhole) return
    this.#reader ??= body.getReader()
    try {
      for (let bytes = 0; bytes < MAX_KEPT_BYTES; ) {
        const { done, value } = await this.#reader.read()
        if (done) return
        bytes += value.byteLength
      }
      await this.#reader.cancel()
    } catch {
      // The caller broke off, which ends the matter.
    }
  }

  /** The body for one attempt; null when there is none. Only one that was not sent yet, or is kept, can be opened. */
  open(onChunk: () => void): ReadableStream<Uint8Array> | null {
    if (!this.#request.body) return null
    this.#isOpened = true
    let sent = 0
    const source: UnderlyingDefaultSource<Uint8Array> = {
      pull: async (controller) => {
        const kept = this.#chunks?.[sent]
        const came = kept ?? (await this.#next())
        if (came === undefined) return controller.close()
        sent++
        onChunk()
        controller.enqueue(came)
      },
      // What is left is the next attempt's.
      cancel: () => {},
    }
    return new ReadableStream(source, { highWaterMark: 0 })
  }

  /** One read at a time: what an attempt asked for and did not wait for is the next one's. */
  async #next(): Promise<Uint8Array | undefined> {
    this.#reading ??= this.#read()
    const reading = this.#reading
    try {
      return await reading
    } finally {
      if (this.#reading === reading) this.#reading = undefined
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    if (this.refusal) throw new TypeError(this.refusal.code)
    // A request without a body was sorted out before.
    this.#reader ??= (this.#request.body as ReadableStream<Uint8Array>).getReader()
    const { done, value } = await this.#reader.read()
    if (done) this.#end()
    else this.#count(value)
    return value
  }

  #count(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength
    if (this.bytes > this.#maxBytes) this.#fail(refusals.bodyTooLarge(this.#maxBytes))
    // What nobody has sent yet is not dropped, however long it is.
    if (this.bytes > MAX_KEPT_BYTES && this.#isOpened) this.#chunks = undefined
    this.#chunks?.push(chunk)
  }

  #end(): void {
    const announced = this.#request.headers.get('content-length')
    if (announced !== null && this.bytes !== Number(announced)) {
      this.#fail(refusals.badRequest('its body does not have the announced length'))
    }
    this.#isWhole = true
  }

  #fail(refusal: Refusal): never {
    this.refusal = refusal
    throw new TypeError(refusal.code)
  }
}
