import type { RawHeaders } from './headers.ts'
import type { FailureKind } from './outcome/failure-kind.ts'
import type { Refusal } from './refusal.ts'

/** The head of a caller's request. `target` is the raw request target: nobody has decoded or normalised it. */
export interface RequestHead {
  method: string
  target: string
  headers: RawHeaders
  /** The other end of the socket; undefined where the host does not know it. */
  socketAddress?: string
}

/** The head of an answer. */
export interface ResponseHead {
  status: number
  reason: string
  headers: RawHeaders
}

/** A request as it goes upstream. */
export interface UpstreamRequest {
  origin: string
  /** Path and query, byte for byte. */
  path: string
  method: string
  headers: string[]
  /** Sent in place of the caller's body; its length is in no header. */
  body?: Uint8Array
}

/** What policy decides about an answer while a carrier relays it. */
export interface AnswerPolicy {
  /** Whether the request may be sent again: its body is then kept while it goes out, up to {@link MAX_KEPT_BYTES}. */
  readonly keepsBody: boolean
  /** Upstream's head came. The one for the caller, or undefined to hold the answer back until more is known. */
  onHead(answer: ResponseHead): ResponseHead | undefined
  /** A piece of a relayed body passes by. Asked for only while `watches` is true. */
  watches: boolean
  onChunk(chunk: Uint8Array): void
}

/** Requests with larger bodies are sent once. */
export const MAX_KEPT_BYTES = 1024 * 1024
/** As much of an answer as is held back; the rest waits upstream. */
export const MAX_HELD_BYTES = 8 * 1024
/** Errors come whole. One that trickles is not waited for longer than this. */
export const HOLD_TIMEOUT_MS = 2_000

/** A caller that takes nothing of what waits for it for so long is let go: its machine may be gone without a word. */
export const CALLER_STALL_MS = 120_000

/** How a forwarded request ended. `cause` is internal: an error's code, for the log only. */
export type Outcome = Unanswered | Held | Delivered

/** Upstream gave no answer and nothing has been said to the caller yet. */
export interface Unanswered {
  end: 'unanswered'
  refusal: Refusal
  cause: string
  failure: FailureKind
  /** False only if no byte of the request can have reached upstream. */
  sent: boolean
  bytesIn: number
}

/** Upstream's answer waits, as `onHead` wished. One of the two methods is called, once. */
export interface Held {
  end: 'held'
  answer: ResponseHead
  /** The beginning of its body, decoded; empty when that was not possible. */
  text: string
  /** Delivers it after all, from its first byte. */
  relay(head: ResponseHead): Promise<Delivered>
  drop(): void
}

/** The caller has everything, or upstream broke off and so did we, or the caller went away. */
export interface Delivered {
  end: 'complete' | 'broken' | 'left'
  status: number
  cause?: string
  bytesIn: number
  bytesOut: number
  /** From sending the request to upstream's head; absent when there was none. */
  ttfbMs?: number
}

/** The beginning of a caller's body. */
export interface PeekedBody {
  bytes: Uint8Array
  /** This is all of it. */
  isWhole: boolean
}

/**
 * One request in the hands of a carrier: the streams are its own, the decisions are made in `gateway.ts`.
 *
 * `forward` sends the request, relays the answer with the head that the policy makes of upstream's, and resolves when
 * the last byte is delivered or cannot be. It passes back-pressure and disconnects on in both directions, breaks the
 * caller's stream when upstream's breaks, and never rejects. After `unanswered` and `held` it may be called again.
 */
export interface Exchange {
  readonly head: RequestHead
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal
  /** Whether the body, as far as it came, is there to be sent again. */
  readonly replayable: boolean
  /**
   * What has come of the caller's body, and before it is first sent as much as `minBytes` of it, up to
   * {@link MAX_KEPT_BYTES}; less when it ends, or when nothing comes for long. Whoever asks keeps the body. Empty for a
   * caller that waits to be asked for its body. Never rejects: what went wrong is found out when it is sent.
   */
  peekBody(minBytes: number): Promise<PeekedBody>
  refuse(refusal: Refusal): void
  forward(request: UpstreamRequest, policy: AnswerPolicy): Promise<Outcome>
}
