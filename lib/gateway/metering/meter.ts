import type { PeekedBody } from '../exchange.ts'
import type { Caller } from '../identity.ts'
import type { Refusal } from '../refusal.ts'
import type { TokenUsage } from './token-usage.ts'

/** What is known of a request before it is sent. */
export interface MeteredRequest {
  method: string
  /** The family of paths, such as `/v1/responses`. */
  route: string
  /** What follows `/v1`, without the query. */
  path: string
  /** What `content-length` says; undefined when it says nothing. */
  announcedBytes: number | undefined
  /** It asks to become a WebSocket, of whose frames nobody here reads anything. */
  isSocket: boolean
  /** The site's own chat asks it beside what a person asked, such as for a title. Callers of other kinds cannot say so. */
  isAside: boolean
  /** See `Exchange.peekBody`. Only who looks pays for it. */
  peekBody(minBytes: number): Promise<PeekedBody>
}

/** What a request came to. */
export interface Spent {
  /** What the caller saw; 499 when it left before there was an answer. */
  status: number
  /** `refused`: by the gateway itself, so that nothing reached OpenAI or nothing came back. */
  end: 'complete' | 'broken' | 'left' | 'refused'
  bytesIn: number
  bytesOut: number
  durationMs: number
  /**
   * What upstream counted, if the answer's end said so: not for streamed chat completions whose caller did not ask for
   * it (`stream_options.include_usage`), nor when the stream broke or the caller left.
   */
  usage: TokenUsage | undefined
}

/** One request that is under way. */
export interface Reservation {
  /** Hears each piece of the answer as it passes, and may look at it until it returns. Must not throw. */
  watch?(chunk: Uint8Array): void
  /** Called exactly once, when the request is over, however it ended. Must not throw; what it starts is not awaited. */
  settle(spent: Spent): void
}

/**
 * Quotas in more than requests: tokens, money, days. The gateway asks once per request, after its own limits and before
 * anything is sent, and tells the meter once what it came to. Usage is read from the answer as it passes: nothing is
 * held back or asked for in addition, except that upstream is asked not to compress what is metered.
 *
 * Without a meter none of this costs anything.
 */
export interface Meter {
  /**
   * A reservation; a refusal (429 with a code that begins with `site_`); or undefined for callers that are not metered.
   * When it rejects the request is refused (500 `site_internal`): a meter that is down lets nobody pass.
   */
  reserve(
    caller: Caller,
    request: MeteredRequest,
  ): Promise<Reservation | Refusal | undefined> | Reservation | Refusal | undefined
}
