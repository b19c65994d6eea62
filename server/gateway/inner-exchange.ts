import {
  type AnswerPolicy,
  type Exchange,
  MAX_KEPT_BYTES,
  type Outcome,
  type PeekedBody,
  type RequestHead,
  type UpstreamRequest,
} from '../../lib/gateway/exchange.ts'
import { type Refusal, refusalBody, refusalHeaders } from '../../lib/gateway/refusal.ts'
import type { OwnBody } from './caller-body.ts'
import type { InnerAnswer } from './inner-answer.ts'
import { leavingOf, Relay } from './relay.ts'
import type { UpstreamAgent } from './upstream-agent.ts'

/** A request of this process's own: its body is all there, and the answer goes out over no connection. */
export class InnerExchange implements Exchange {
  readonly head: RequestHead
  /** Its body is there from the first attempt to the last. */
  readonly replayable = true
  readonly #body: OwnBody | undefined
  readonly #answer: InnerAnswer
  readonly #upstreams: UpstreamAgent
  #left: AbortSignal | undefined

  constructor(head: RequestHead, body: OwnBody | undefined, answer: InnerAnswer, upstreams: UpstreamAgent) {
    this.head = head
    this.#body = body
    this.#answer = answer
    this.#upstreams = upstreams
  }

  get signal(): AbortSignal {
    this.#left ??= leavingOf(this.#answer)
    return this.#left
  }

  async peekBody(): Promise<PeekedBody> {
    const all = this.#body?.take() ?? Buffer.alloc(0)
    return { bytes: all.subarray(0, MAX_KEPT_BYTES), isWhole: all.length <= MAX_KEPT_BYTES }
  }

  refuse(refusal: Refusal): void {
    if (this.#answer.headersSent || this.#answer.destroyed) return
    this.#answer.writeHead(refusal.status, '', refusalHeaders(refusal))
    this.#answer.end(refusalBody(refusal))
  }

  forward(request: UpstreamRequest, policy: AnswerPolicy): Promise<Outcome> {
    return new Relay(this.#answer, this.#body, this.#upstreams, policy).send(request)
  }
}
