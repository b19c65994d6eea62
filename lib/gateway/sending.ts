import {
  type AnswerPolicy,
  type Delivered,
  type Exchange,
  type Held,
  MAX_KEPT_BYTES,
  type Outcome,
  type ResponseHead,
  type Unanswered,
  type UpstreamRequest,
} from './exchange.ts'
import type { LogDraft } from './gateway-log.ts'
import { responseHeaders, valuesOf } from './headers.ts'
import type { Caller } from './identity.ts'
import type { Lease, LeaseAsk } from './keys/lease.ts'
import {
  IdSearch,
  idsInPath,
  idsInRequest,
  mayNameObjects,
  mayReferToObjects,
} from './keys/stored-objects.ts'
import { modelAtStart, modelIn, withModel } from './model-field.ts'
import { type Answer, classify, type NoAnswer, type Verdict, wantsBody } from './outcome/classify.ts'
import { isRefusal, type Refusal, refusals } from './refusal.ts'
import type { Supply } from './supply.ts'
import type { Target } from './target.ts'
import { upstreamRequest } from './upstream-request.ts'
import { nextModel } from './upstreams/fallback-models.ts'
import type { UpstreamAddress } from './upstreams/parse-upstreams.ts'

/** A request that may go upstream. */
export interface Call {
  target: Target
  caller: Caller
  booking?: Watcher | undefined
}

/** Whoever wants to know what is relayed; it is then asked for uncompressed. */
export interface Watcher {
  add(chunk: Uint8Array): void
  /** The beginning of the request was looked at, so it has to be kept until it is sent. */
  readonly isBodyRead: boolean
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
  readonly #queueUntilMs = performance.now() + MAX_QUEUE_MS
  /** The account that made what is asked for. */
  #account: string | undefined
  /** The model that is asked for, once it matters. */
  #model: string | undefined

  #upstream: UpstreamAddress | undefined
  #lease: Lease | undefined
  #attempts = 0
  #startedMs = 0
  /** The last answer that was held back, in case nothing better comes. */
  #held: { outcome: Held; upstream: UpstreamAddress | undefined; model: string | undefined } | undefined
  /** Upstream said that a model is at its limit, and another one was tried. */
  #hasFallenBack = false
  /** Another model answers, and this is its request. */
  #fallback: { model: string; body: Uint8Array } | undefined
  /** Reads which stored objects the answer names. */
  #ids: IdSearch | undefined

  constructor(exchange: Exchange, call: Call, supply: Supply, line: LogDraft) {
    this.#exchange = exchange
    this.#call = call
    this.#supply = supply
    this.#line = line
    this.#allowsFallback =
      supply.fallbackModels.size > 0 && isOn(valuesOf(exchange.head.headers, 'x-tain-fallback')[0])
    this.keepsBody =
      supply.hasChoice || supply.coolsAccounts || this.#allowsFallback || call.booking?.isBodyRead === true
  }

  async run(): Promise<Sent> {
    this.#supply.retries.begin()
    await this.#readAhead()
    let refusal = await this.#choose()
    while (refusal?.status === 429 && (await this.#takeNextModel())) refusal = await this.#choose()
    if (refusal) return { end: 'unanswered', refusal }
    let outcome = await this.#attempt()
    while (outcome.end === 'held' || outcome.end === 'unanswered') {
      const verdict = await this.#chargeFailure(outcome)
      if (outcome.end === 'held') this.#hold(outcome)
      const goesOn = (await this.#goElsewhere(verdict)) || (await this.#fallBack(verdict))
      if (!goesOn) return this.#giveUp(outcome)
      outcome = await this.#attempt()
    }
    this.#conclude(outcome)
    return outcome
  }

  /** Looks at the beginning of the request where that decides which account it goes to. */
  async #readAhead(): Promise<void> {
    const { pool, hasAccounts, objects } = this.#supply
    const { caller, target } = this.#call
    if (caller.ownKey !== undefined || caller.kind === 'relay') return
    if (hasAccounts) {
      this.#account = await objects.accountOf(idsInPath(target.rest))
      const { headers } = this.#exchange.head
      if (
        this.#account === undefined &&
        mayReferToObjects(target.rest, valuesOf(headers, 'content-type')[0])
      ) {
        // Completions may name files, but they are long, and their files are few: what is there will do.
        const minBytes = /^\/chat\/completions\b/.test(target.rest) ? 1 : MAX_KEPT_BYTES
        const { bytes } = await this.#exchange.peekBody(minBytes)
        this.#account = await objects.accountOf(idsInRequest(new TextDecoder().decode(bytes)))
      }
    }
    if (pool.limitsModels) this.#model = modelAtStart((await this.#exchange.peekBody(1)).bytes)
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
    ask.model = this.#model
    ask.exclude = exclude
    ask.maxWaitMs = maxWaitMs ?? Math.max(0, this.#queueUntilMs - performance.now())
    const lease = await this.#supply.pool.lease(ask)
    return isRefusal(lease) ? lease : this.#goTo(upstream, lease)
  }

  #goTo(upstream: UpstreamAddress, lease?: Lease): undefined {
    this.#upstream = upstream
    this.#lease = lease
  }

  #request(): UpstreamRequest {
    const { target, caller, booking } = this.#call
    const upstream = this.#upstream ?? NOWHERE
    return upstreamRequest(this.#exchange.head, target.rest, {
      upstream,
      ownKey: caller.ownKey,
      key: this.#lease?.keyFor(upstream.origin),
      relaySecret: this.#upstream && this.#supply.secretFor(this.#upstream),
      isRead:
        booking !== undefined ||
        (this.#supply.hasAccounts && mayNameObjects(target.rest, 200, 'application/json')),
      body: this.#fallback?.body,
    })
  }

  onHead(answer: ResponseHead): ResponseHead | undefined {
    const { status, headers } = answer
    if (wantsBody(status) || (status >= 500 && this.#supply.hasChoice)) return undefined
    const ttfbMs = performance.now() - this.#startedMs
    this.#charge({ method: this.#exchange.head.method, status, headers }, ttfbMs)
    this.#drop()
    return this.#toCaller(answer, this.#upstream, this.#fallback?.model)
  }

  /** `x-accel-buffering` keeps a proxy such as nginx from holding back a stream (and is taken off by it). */
  #toCaller(
    answer: ResponseHead,
    upstream: UpstreamAddress | undefined,
    model: string | undefined,
  ): ResponseHead {
    const headers = responseHeaders(answer.headers)
    headers.push('x-accel-buffering', 'no', 'x-tain-upstream', upstream?.name ?? '')
    headers.push('x-tain-attempts', String(this.#attempts))
    if (model !== undefined) headers.push('x-tain-model-served', model)
    if (this.#supply.hasAccounts && this.#namesObjects(answer)) this.#ids = new IdSearch()
    this.watches = this.#ids !== undefined || this.#call.booking !== undefined
    return { status: answer.status, reason: answer.reason, headers }
  }

  #namesObjects({ status, headers }: ResponseHead): boolean {
    return mayNameObjects(this.#call.target.rest, status, valuesOf(headers, 'content-type')[0])
  }

  onChunk(chunk: Uint8Array): void {
    this.#call.booking?.add(chunk)
    const account = this.#lease?.account
    if (this.#ids && account) this.#supply.objects.remember(account, this.#ids.add(chunk))
    if (this.#ids?.isOver) this.#ids = undefined
    this.watches = this.#ids !== undefined || this.#call.booking !== undefined
  }

  async #chargeFailure(outcome: Held | Unanswered): Promise<Verdict> {
    const { method } = this.#exchange.head
    if (outcome.end === 'unanswered') {
      return this.#charge({ method, failure: outcome.failure, sent: outcome.sent })
    }
    const { answer, text } = outcome
    if (answer.status === 429) this.#model ??= modelAtStart((await this.#exchange.peekBody(0)).bytes)
    return this.#charge({ method, status: answer.status, headers: answer.headers, body: text })
  }

  #charge(evidence: Answer | NoAnswer, ttfbMs?: number): Verdict {
    const verdict = classify(evidence)
    this.#lease?.settle(verdict, this.#model)
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

  /** Another model, once: limits are counted by model. Those of which every account is at its limit are passed over. */
  async #fallBack({ reason }: Verdict): Promise<boolean> {
    if (reason !== 'rate-limited' || this.#hasFallenBack) return false
    this.#hasFallenBack = true
    while (await this.#takeNextModel()) {
      const refusal = await this.#choose()
      if (!refusal) return true
      if (refusal.status !== 429) return false
    }
    return false
  }

  /** Makes it a request for the next model, if the caller allows that and there is one. */
  async #takeNextModel(): Promise<boolean> {
    if (!this.#allowsFallback) return false
    const { bytes, isWhole } = await this.#exchange.peekBody(MAX_KEPT_BYTES)
    const asked = isWhole ? (this.#fallback?.model ?? modelIn(bytes)) : undefined
    const model = asked === undefined ? undefined : nextModel(this.#supply.fallbackModels, asked)
    const body = model === undefined ? undefined : withModel(bytes, model)
    if (!body || model === undefined) return false
    this.#fallback = { model, body }
    this.#model = model
    return true
  }

  /** What upstream said, even if it said it first and the second try brought nothing. */
  async #giveUp(outcome: Held | Unanswered): Promise<Sent> {
    const held = this.#held
    // A held one is kept, so this is one without an answer.
    if (!held) return outcome as Unanswered
    this.#held = undefined
    const { upstream, model } = held
    if (upstream) this.#line.upstream = upstream.name
    const delivered = await held.outcome.relay(this.#toCaller(held.outcome.answer, upstream, model))
    this.#conclude(delivered)
    return delivered
  }

  #hold(outcome: Held): void {
    this.#drop()
    this.#held = { outcome, upstream: this.#upstream, model: this.#fallback?.model }
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
  model: string | undefined
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

/** All the time a request spends in queues for a slot. */
const MAX_QUEUE_MS = 10_000

const NOWHERE: UpstreamAddress = { name: '', origin: '', basePath: '' }

const isOn = (value: string | undefined) => value?.trim().toLowerCase() === 'on'
