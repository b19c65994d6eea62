import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type {
  AnswerPolicy,
  Exchange,
  Outcome,
  PeekedBody,
  RequestHead,
  UpstreamRequest,
} from '../../lib/gateway/exchange.ts'
import { type Refusal, refusalBody, refusalHeaders, refusals } from '../../lib/gateway/refusal.ts'
import { hasBody, ReceivedBody } from './caller-body.ts'
import { leavingOf, Relay } from './relay.ts'
import type { UpstreamAgent } from './upstream-agent.ts'

/** One request on `node:http`, forwarded with undici's dispatcher: no stream object and no copy in between. */
export class NodeExchange implements Exchange {
  readonly head: RequestHead
  readonly #res: ServerResponse
  readonly #upstreams: UpstreamAgent
  readonly #received: ReceivedBody | undefined
  #waitsToSend: boolean
  #left: AbortSignal | undefined
  #last: Relay | undefined

  /** With `expectsContinue` the caller is asked for its body when the request is first sent. */
  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    upstreams: UpstreamAgent,
    { expectsContinue = false, maxBodyBytes }: { expectsContinue?: boolean; maxBodyBytes: number },
  ) {
    this.#res = res
    this.#upstreams = upstreams
    this.#received = hasBody(req) ? new ReceivedBody(req, maxBodyBytes) : undefined
    this.#waitsToSend = expectsContinue
    this.head = {
      method: req.method ?? '',
      target: req.url ?? '',
      headers: req.rawHeaders,
      ...(req.socket.remoteAddress !== undefined && { socketAddress: req.socket.remoteAddress }),
    }
  }

  get signal(): AbortSignal {
    this.#left ??= leavingOf(this.#res)
    return this.#left
  }

  get replayable(): boolean {
    return this.#received === undefined || this.#received.chunks !== undefined
  }

  async peekBody(minBytes: number): Promise<PeekedBody> {
    if (!this.#received) return NO_BODY
    // Once an attempt reads it, it is not read twice.
    if (!this.#last && !this.#waitsToSend) {
      await this.#received.readAhead(minBytes, this.#upstreams.idleTimeoutMs)
    }
    return this.#received.kept()
  }

  /** Closes the connection of one who may take a refusal as leave not to send its body: what it sends next is none. */
  refuse(refusal: Refusal): void {
    const res = this.#res
    if (res.headersSent || res.destroyed) return
    const body = refusalBody(refusal)
    const framing = ['content-length', String(Buffer.byteLength(body))]
    if (this.#waitsToSend) framing.push('connection', 'close')
    res.writeHead(refusal.status, STATUS_CODES[refusal.status], [...refusalHeaders(refusal), ...framing])
    res.end(body)
  }

  async forward(request: UpstreamRequest, policy: AnswerPolicy): Promise<Outcome> {
    if (this.#waitsToSend) this.#res.writeContinue()
    this.#waitsToSend = false
    if (!policy.keepsBody) this.#received?.forget()
    const { bytes = 0, maxBytes = 0 } = this.#received ?? {}
    if (bytes > maxBytes) return bodyTooLarge(bytes, maxBytes)
    // What has not come yet is the new attempt's.
    this.#last?.releaseBody()
    this.#last = new Relay(this.#res, this.#received, this.#upstreams, policy)
    return this.#last.send(request)
  }
}

const NO_BODY: PeekedBody = { bytes: new Uint8Array(), isWhole: true }

/** It was found out before anything was sent. */
const bodyTooLarge = (bytes: number, maxBytes: number): Outcome => ({
  end: 'unanswered',
  refusal: refusals.bodyTooLarge(maxBytes),
  cause: 'BODY_TOO_LARGE',
  failure: 'caller-left',
  sent: false,
  bytesIn: bytes,
})
