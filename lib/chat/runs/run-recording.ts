import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { LanguageModelV4Usage } from '@ai-sdk/provider'
import { boundResponse } from '../bounded-response.ts'
import type { Receipt } from '../contract.ts'

const compress = promisify(gzip)

/** Packed in blocks of this size while it arrives, so that a long answer does not lie in memory unpacked. */
const BLOCK_BYTES = 256 * 1024
/** The most that is kept of one response, packed; event streams pack to about a tenth. A longer one is not kept at all. */
const MAX_PACKED_BYTES = 2 * 1024 * 1024

/** What one run leaves behind beside its answer. `rawGzip` is the body of upstream's response; null when it is not kept. */
export interface Recorded {
  receipt: Omit<Receipt, 'runId' | 'number'>
  rawGzip: Buffer | null
}

/** Watches one run from its start: the response's head, each byte of its body, the first token, and the usage. */
export class RunRecording {
  modelAsked: string | null = null
  modelAnswered: string | null = null
  usage: LanguageModelV4Usage | null = null
  readonly #startedAt = Date.now()
  readonly #start = performance.now()
  #firstTokenMs: number | null = null
  #response: Response | undefined
  #hash = createHash('sha256')
  #bytes = 0
  #block: Uint8Array[] = []
  #blockBytes = 0
  #packed: Buffer[] = []
  #packedBytes = 0
  #packing: Promise<void> = Promise.resolve()

  /** To be called with each token; the first one counts. */
  heard(): void {
    this.#firstTokenMs ??= Math.round(performance.now() - this.#start)
  }

  /** Forgets a response that was an error and was asked for again in another way: what is kept is what the answer came from. */
  restart(): void {
    this.#response = undefined
    this.#hash = createHash('sha256')
    this.#bytes = 0
    this.#block = []
    this.#blockBytes = 0
  }

  /**
   * Records the one response of this run that `doFetch` gets. Bytes pass as they come; what is asked for is unpacked, so that
   * what is hashed is what was on the wire.
   */
  through(doFetch: typeof fetch): typeof fetch {
    return async (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('accept-encoding', 'identity')
      const response = await boundResponse(await doFetch(input, { ...init, headers }))
      this.#response = response
      return response.body ? new Response(this.#tap(response.body), response) : response
    }
  }

  #tap(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader()
    return new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        this.#take(value)
        controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    })
  }

  #take(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    if (this.#packedBytes > MAX_PACKED_BYTES) return
    this.#block.push(bytes)
    this.#blockBytes += bytes.length
    if (this.#blockBytes >= BLOCK_BYTES) this.#pack()
  }

  /** Each block becomes a member of its own; members in a row are one gzip file (RFC 1952, 2.2). */
  #pack(): void {
    const block = Buffer.concat(this.#block)
    this.#block = []
    this.#blockBytes = 0
    this.#packing = this.#packing.then(async () => {
      const member = await compress(block)
      this.#packed.push(member)
      this.#packedBytes += member.length
      if (this.#packedBytes > MAX_PACKED_BYTES) this.#packed = []
    })
  }

  /** What the run has left. To be called once, when nothing more can come. */
  async finish(): Promise<Recorded> {
    if (this.#blockBytes > 0) this.#pack()
    await this.#packing
    const isKept = this.#bytes > 0 && this.#packedBytes <= MAX_PACKED_BYTES
    const head = (name: string) => this.#response?.headers.get(name) ?? null
    const attempts = Number(head('x-tain-attempts') ?? Number.NaN)
    const receipt: Recorded['receipt'] = {
      modelAsked: this.modelAsked,
      modelAnswered: this.modelAnswered,
      modelServed: head('x-tain-model-served'),
      upstream: head('x-tain-upstream'),
      attempts: Number.isNaN(attempts) ? null : attempts,
      requestId: head('x-request-id'),
      httpStatus: this.#response?.status ?? null,
      startedAt: this.#startedAt,
      firstTokenMs: this.#firstTokenMs,
      durationMs: Math.round(performance.now() - this.#start),
      tokens: tokensOf(this.usage),
      rawBytes: this.#bytes,
      rawSha256: this.#bytes > 0 ? this.#hash.digest('hex') : null,
      isRawKept: isKept,
    }
    return { receipt, rawGzip: isKept ? Buffer.concat(this.#packed) : null }
  }
}

function tokensOf(usage: LanguageModelV4Usage | null): Receipt['tokens'] {
  const { inputTokens: input, outputTokens: output } = usage ?? {}
  if (input?.total === undefined && output?.total === undefined) return null
  return {
    input: input?.total ?? null,
    cached: input?.cacheRead ?? null,
    output: output?.total ?? null,
    reasoning: output?.reasoning ?? null,
  }
}
