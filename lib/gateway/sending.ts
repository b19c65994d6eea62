import type {
  AnswerPolicy,
  Delivered,
  Exchange,
  Held,
  Outcome,
  ResponseHead,
  Unanswered,
  UpstreamRequest,
} from './exchange.ts'
import type { LogDraft } from './gateway-log.ts'
import { requestHeaders, responseHeaders, valuesOf } from './headers.ts'
import { type Caller, RELAY_SECRET_HEADER } from './identity.ts'
import type { Lease, LeaseAsk } from './keys/key-pool.ts'
import { idsInBody, MAX_ID_PREFIX_BYTES, mayNameObjects } from './keys/stored-objects.ts'
import { modelIn, withModel } from './model-field.ts'
import { type Answer, classify, type NoAnswer, type Verdict, wantsBody } from './outcome/classify.ts'
import { isRefusal, type Refusal, refusals } from './refusal.ts'
import type { Supply } from './supply.ts'
import type { Target } from './target.ts'
import { nextModel } from './upstreams/fallback-models.ts'
import type { UpstreamAddress } from './upstreams/parse-upstreams.ts'

/** A request that may go upstream. */
export interface Call {
  target: Target
  caller: Caller
  /** Hears what is relayed, uncompressed, if anybody wants to know. */
  tail?: { add(chunk: Uint8Array): void } | undefined
}

/** What became of it: the caller was answered, or is to be refused. */
export type Sent = Delivered | (Pick<Unanswered, 'end' | 'refusal'> & Partial<Unanswered>)

/**
 * Sends a request until an answer is worth relaying: once, a second time elsewhere where that is safe, and once more
 * with another model for callers that allow it. Everything is charged to whom it belongs. Never rejects.
 */
export function send(exchange: Exchange, call: Call, supply: Supply, line: LogDraft): Promise<Sent> {
  return new Sending(exchange, call, supply, line).run()
}

class Sending implements AnswerPolicy {
  readonly keepsBody: boolean
  watches = false

  readonly #exchange: Exchange
  readonly #call: Call
  readonly #supply: Supply
  readonly #line: LogDraft
  readonly #allowsFallback: boolean
  /** The account that made what is asked for. */
  readonly #account: string | undefined

  #upstream: UpstreamAddress | undefined
  #lease: Lease | undefined
  #attempts = 0
  #startedMs = 0
  /** The last answer that was held back, in case nothing better comes. */
  #held: { outcome: Held; upstream: UpstreamAddress | undefined } | undefined
  /** Another model answers, and this is its request. */
  #fallback: { model: string; body: Uint8Array } | undefined
  /** The beginning of the answer is searched for ids. */
  #searches = false
  #beginning = ''

  constructor(exchange: Exchange, call: Call, supply: Supply, line: LogDraft) {
    this.#exchange = exchange
    this.#call = call
    this.#supply = supply
    this.#line = line
    this.#allowsFallback =
      supply.fallbackModels.size > 0 && isOn(valuesOf(exchange.head.headers, 'x-tain-fallback')[0])
    this.#account = supply.hasAccounts ? supply.objects.accountOf(call.target.rest) : undefined
    this.keepsBody = supply.hasChoice || this.#allowsFallback
  }

  async run(): Promise<Sent> {
    this.#supply.retries.begin()
    const refusal = await this.#choose()
    if (refusal) return { end: 'unanswered', refusal }
    let outcome = await this.#attempt()
    while (outcome.end === 'held' || outcome.end === 'unanswered') {
      const verdict = this.#chargeFailure(outcome)
      if (outcome.end === 'held') this.#hold(outcome)
      const goesOn = (await this.#goElsewhere(verdict)) || this.#fallBack(verdict)
      if (!goesOn) return this.#giveUp(outcome)
      outcome = await this.#attempt()
    }
    this.#conclude(outcome)
    return outcome
  }

  #attempt(): Promise<Outcome> {
    this.#attempts++
    if (this.#attempts > 1) this.#line.attempts = this.#attempts
    if (this.#upstream) this.#line.upstream = this.#upstream.name
    const request = this.#request()
    this.#startedMs = performance.now()
    return this.#exchange.forward(request, this)
  }

  /** Picks an upstream and leases a key for it. */
  async #choose(exclude: { accounts?: string[]; upstreams?: string[] } = {}): Promise<Refusal | undefined> {
    const { pool, upstreams, needsKeys, hasBoundKeys } = this.#supply
    const { caller } = this.#call
    const only = this.#account === undefined ? undefined : pool.upstreamOf(this.#account)
    const passed = [...(exclude.upstreams ?? [])]
    let best: { upstream: UpstreamAddress; refusal: Refusal } | undefined
    for (;;) {
      const upstream = upstreams.choose({ exclude: passed, ...(only !== undefined && { only }) })
      if (!upstream) break
      if (caller.ownKey !== undefined || caller.kind === 'relay') return this.#goTo(upstream)
      if (needsKeys) return refusals.noUpstream()
      // Upstreams without keys of their own share the same accounts: another one would say the same.
      if (!hasBoundKeys) return this.#leaseFor(upstream, exclude.accounts)
      const refusal = await this.#leaseFor(upstream, exclude.accounts, 0)
      if (!refusal) return undefined
      if (best?.refusal.status !== 429) best = { upstream, refusal }
      passed.push(upstream.name)
    }
    if (!best) return refusals.noUpstream()
    return best.refusal.status === 429 ? this.#leaseFor(best.upstream, exclude.accounts) : best.refusal
  }

  async #leaseFor(upstream: UpstreamAddress, exclude?: string[], maxWaitMs?: number) {
    const ask = new LeaseQuestion(upstream, this.#call.caller.id, this.#exchange)
    ask.account = this.#account
    ask.exclude = exclude
    ask.maxWaitMs = maxWaitMs
    const lease = await this.#supply.pool.lease(ask)
    return isRefusal(lease) ? lease : this.#goTo(upstream, lease)
  }

  #goTo(upstream: UpstreamAddress, lease?: Lease): undefined {
    this.#upstream = upstream
    this.#lease = lease
  }

  #request(): UpstreamRequest {
    const { head } = this.#exchange
    const { target, caller } = this.#call
    const { origin, basePath } = this.#upstream ?? NOWHERE
    const headers = requestHeaders(head.headers)
    if (this.#fallback) dropHeader(headers, 'content-length')
    if (
      this.#call.tail ||
      (this.#supply.hasAccounts && mayNameObjects(target.rest, 200, 'application/json'))
    ) {
      dropHeader(headers, 'accept-encoding')
      headers.push('accept-encoding', 'identity')
    }
    const key = caller.ownKey ?? this.#lease?.keyFor(origin)
    if (key !== undefined) headers.push('authorization', `Bearer ${key}`)
    if (caller.ownKey !== undefined) keepHeaders(head.headers, OF_OWN_KEYS, headers)
    const secret = this.#upstream && this.#supply.secretFor(this.#upstream)
    if (secret !== undefined) headers.push(RELAY_SECRET_HEADER, secret)
    const path = basePath + target.rest
    return {
      origin,
      path: path.startsWith('/') ? path : `/${path}`,
      method: head.method,
      headers,
      ...(this.#fallback && { body: this.#fallback.body }),
    }
  }

  onHead(answer: ResponseHead): ResponseHead | undefined {
    const { status, headers } = answer
    if (wantsBody(status) || (status >= 500 && this.keepsBody)) return undefined
    const ttfbMs = performance.now() - this.#startedMs
    this.#charge({ method: this.#exchange.head.method, status, headers }, ttfbMs)
    this.#drop()
    return this.#toCaller(answer, this.#upstream)
  }

  /** `x-accel-buffering` keeps a proxy such as nginx from holding back a stream (and is taken off by it). */
  #toCaller(answer: ResponseHead, upstream: UpstreamAddress | undefined): ResponseHead {
    const headers = responseHeaders(answer.headers)
    headers.push('x-accel-buffering', 'no', 'x-tain-upstream', upstream?.name ?? '')
    headers.push('x-tain-attempts', String(this.#attempts))
    if (this.#fallback) headers.push('x-tain-model-served', this.#fallback.model)
    this.#searches = this.#supply.hasAccounts && this.#namesObjects(answer)
    this.watches = this.#searches || this.#call.tail !== undefined
    return { status: answer.status, reason: answer.reason, headers }
  }

  #namesObjects({ status, headers }: ResponseHead): boolean {
    return mayNameObjects(this.#call.target.rest, status, valuesOf(headers, 'content-type')[0])
  }

  onChunk(chunk: Uint8Array): void {
    this.#call.tail?.add(chunk)
    if (this.#searches) this.#learnObjects(chunk)
    this.watches = this.#searches || this.#call.tail !== undefined
  }

  /** Learns from the beginning of an answer which stored objects this account has. */
  #learnObjects(chunk: Uint8Array): void {
    const left = MAX_ID_PREFIX_BYTES - this.#beginning.length
    this.#beginning += new TextDecoder('latin1').decode(chunk.subarray(0, left))
    const account = this.#lease?.account
    if (account) this.#supply.objects.remember(account, idsInBody(this.#beginning))
    this.#searches = this.#beginning.length < MAX_ID_PREFIX_BYTES
  }

  #chargeFailure(outcome: Held | Unanswered): Verdict {
    const { method } = this.#exchange.head
    if (outcome.end === 'unanswered') {
      return this.#charge({ method, failure: outcome.failure, sent: outcome.sent })
    }
    const { answer, text } = outcome
    return this.#charge({ method, status: answer.status, headers: answer.headers, body: text })
  }

  #charge(evidence: Answer | NoAnswer, ttfbMs?: number): Verdict {
    const verdict = classify(evidence)
    this.#lease?.settle(verdict)
    if (this.#upstream) this.#supply.upstreams.observe(this.#upstream.name, verdict, ttfbMs)
    return verdict
  }

  /** Another upstream or account, if the verdict allows it and there is one. */
  async #goElsewhere(verdict: Verdict): Promise<boolean> {
    const { retries, hasChoice, hasAccounts } = this.#supply
    const account = this.#lease?.account
    if (!hasChoice || (verdict.retry === 'other-account' && !account)) return false
    const replayable = this.#exchange.replayable
    const where = retries.decide(verdict, { attempts: this.#attempts, replayable })
    if (!where) return false
    let refusal =
      where === 'other-upstream'
        ? await this.#choose({ upstreams: [this.#upstream?.name ?? ''] })
        : await this.#choose({ accounts: [account ?? ''] })
    // The next free slot of any account, if that is soon.
    if (refusal && verdict.reason === 'rate-limited' && hasAccounts) refusal = await this.#choose()
    if (refusal) retries.giveBack()
    return refusal === undefined
  }

  /** Another model with the same key: limits are counted by model. */
  #fallBack({ reason }: Verdict): boolean {
    if (reason !== 'rate-limited' || !this.#allowsFallback || this.#fallback) return false
    const asked = this.#exchange.wholeBody()
    const model = asked && modelIn(asked)
    const next = model === undefined ? undefined : nextModel(this.#supply.fallbackModels, model)
    const body = asked && next !== undefined ? withModel(asked, next) : undefined
    if (!body || next === undefined) return false
    this.#fallback = { model: next, body }
    return true
  }

  /** What upstream said, even if it said it first and the second try brought nothing. */
  async #giveUp(outcome: Held | Unanswered): Promise<Sent> {
    const held = this.#held
    // A held one is kept, so this is one without an answer.
    if (!held) return outcome as Unanswered
    this.#held = undefined
    const { upstream } = held
    if (upstream) this.#line.upstream = upstream.name
    const delivered = await held.outcome.relay(this.#toCaller(held.outcome.answer, upstream))
    this.#conclude(delivered)
    return delivered
  }

  #hold(outcome: Held): void {
    this.#drop()
    this.#held = { outcome, upstream: this.#upstream }
  }

  #drop(): void {
    this.#held?.outcome.drop()
    this.#held = undefined
  }

  #conclude({ end }: Delivered): void {
    this.#drop()
    const { method } = this.#exchange.head
    if (end === 'left') this.#charge({ method, failure: 'caller-left', sent: true })
    if (end === 'broken') this.#charge({ method, failure: 'reset', sent: true })
  }
}

class LeaseQuestion implements LeaseAsk {
  readonly upstream: UpstreamAddress
  readonly caller: string
  readonly #exchange: Exchange
  account: string | undefined
  exclude: string[] | undefined
  maxWaitMs: number | undefined

  constructor(upstream: UpstreamAddress, caller: string, exchange: Exchange) {
    this.upstream = upstream
    this.caller = caller
    this.#exchange = exchange
  }

  /** Made only when somebody has to wait. */
  get signal(): AbortSignal {
    return this.#exchange.signal
  }
}

const NOWHERE = { origin: '', basePath: '' }

/** They qualify the caller's own key and go where it goes. */
const OF_OWN_KEYS = ['openai-organization', 'openai-project']

const isOn = (value: string | undefined) => value?.trim().toLowerCase() === 'on'

function dropHeader(headers: string[], name: string): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if (headers[i]?.toLowerCase() === name) headers.splice(i, 2)
  }
}

function keepHeaders(from: readonly string[], names: readonly string[], to: string[]): void {
  for (let i = 0; i < from.length; i += 2) {
    if (names.includes(from[i]?.toLowerCase() ?? '')) to.push(from[i] ?? '', from[i + 1] ?? '')
  }
}
