import { findQuota, hasQuotas } from '#lib/accounts/quotas/account-quota.ts'
import { costOf, type Price, priceOf } from '#lib/accounts/quotas/prices.ts'
import { allowsModel, type Quota } from '#lib/accounts/quotas/quota.ts'
import { type Amount, keep, reserve, settle } from '#lib/accounts/quotas/reserve.ts'
import type { Database } from '#lib/db/schema.ts'
import { MAX_KEPT_BYTES } from '#lib/gateway/exchange.ts'
import type { Caller } from '#lib/gateway/identity.ts'
import type { Meter, MeteredRequest, Reservation, Spent } from '#lib/gateway/metering/meter.ts'
import type { Refusal } from '#lib/gateway/refusal.ts'
import { log } from '#lib/log.ts'
import { countTokens } from '#lib/tokens/count-tokens.ts'
import { remembering } from '../remembering.ts'
import { AnswerText } from './answer-text.ts'
import { type Asked, readAsked } from './asked.ts'
import { isUpload, type Metering, meteringOf } from './metered-route.ts'
import { cannotBeCounted, modelNotAllowed, quotaReached, uploadTooLarge } from './quota-refusals.ts'

/** A process that says nothing for so long is dead; a request that runs says something three times in it. */
const HOLD_MS = 5 * 60_000

export interface QuotaMeter extends Meter {
  /** Resolves when all that is over is settled. */
  settled(): Promise<void>
  /** The same, and settles nothing from then on: the database is about to be closed. What still runs expires. */
  close(): Promise<void>
}

/**
 * Quotas of accounts at the gateway: people in the chat and their programs alike. Who brought a key of their own pays for
 * themselves and is not metered, nor are GATEWAY_TOKENS, which are nobody's account. While nobody has a quota that costs a
 * look into the database once a second, and no request a write.
 */
export function createQuotaMeter(db: Database): QuotaMeter {
  const any = remembering(() => hasQuotas(db))
  const quotaOf = remembering((accountId: string) => findQuota(db, accountId))
  const settlements = new Settlements()
  return {
    async reserve(caller, request) {
      const metering = meteringOf(request)
      if (!isMetered(caller) || (metering === 'free' && !isUpload(request)) || !(await any('')))
        return undefined
      const quota = await quotaOf(caller.id)
      if (!quota) return undefined
      if (metering === 'free') return checkUpload(quota, request)
      return await reserveFor(db, { caller, quota, metering, request }, settlements)
    },
    settled: () => settlements.done(),
    async close() {
      settlements.isClosed = true
      await settlements.done()
    },
  }
}

/** What is being settled, for nobody waits for it but a host that stops. */
class Settlements {
  readonly #running = new Set<Promise<void>>()
  isClosed = false

  start(settling: () => Promise<void>): void {
    if (this.isClosed) return
    // What was reserved is given back in a few minutes; nobody can be charged now.
    const running = settling().catch((error) => log('error', 'quota_not_settled', { error }))
    this.#running.add(running)
    void running.then(() => this.#running.delete(running))
  }

  async done(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}

const isMetered = ({ kind, ownKey }: Caller) => (kind === 'chat' || kind === 'user') && ownKey === undefined

function checkUpload({ uploadBytes }: Quota, { announcedBytes }: MeteredRequest): Refusal | undefined {
  if (uploadBytes === undefined) return undefined
  const fits = announcedBytes !== undefined && announcedBytes <= uploadBytes
  return fits ? undefined : uploadTooLarge(uploadBytes)
}

interface Job {
  caller: Caller
  quota: Quota
  metering: Metering
  request: MeteredRequest
}

async function reserveFor(
  db: Database,
  { caller, quota, metering, request }: Job,
  settlements: Settlements,
): Promise<Reservation | Refusal> {
  const limitsAmounts = COUNTED.some((limit) => quota[limit] !== undefined)
  if (metering === 'uncountable' && (limitsAmounts || quota.models)) return cannotBeCounted()
  const asked = readAsked(
    limitsAmounts || quota.models ? await request.peekBody(MAX_KEPT_BYTES) : NOT_LOOKED_AT,
    { announcedBytes: request.announcedBytes, isOurs: caller.kind === 'chat' },
  )
  if (quota.models && (asked.model === undefined || !allowsModel(quota, asked.model))) {
    return modelNotAllowed(asked.model)
  }
  if (asked.isBackground && limitsAmounts) return cannotBeCounted()
  const price = await priceOf(db, asked.model)
  const most = { tokens: asked.inputTokens + asked.outputTokens, cost: costOf(price, asked) }
  const now = Date.now()
  const messages = request.isAside ? 0 : 1
  const reserved = await reserve(db, caller.id, quota, { most, messages, holdMs: HOLD_MS, now })
  if (typeof reserved !== 'string') return quotaReached(reserved, now)
  return holdFor(db, { accountId: caller.id, id: reserved, asked, price, most, metering }, settlements)
}

const COUNTED = ['tokensPerDay', 'tokensPerMonth', 'costPerDay', 'costPerMonth'] as const
const NOT_LOOKED_AT = { bytes: new Uint8Array(), isWhole: false }

interface Hold {
  accountId: string
  id: string
  asked: Asked
  price: Price
  most: Amount
  metering: Metering
}

function holdFor(db: Database, hold: Hold, settlements: Settlements): Reservation {
  const { accountId, id, metering } = hold
  const text = metering === 'text' ? new AnswerText() : undefined
  const keeping = setInterval(() => {
    keep(db, { accountId, id, holdMs: HOLD_MS }).catch((error) => log('warn', 'quota_not_kept', { error }))
  }, HOLD_MS / 3)
  keeping.unref()
  return {
    ...(text && { watch: (chunk) => text.add(chunk) }),
    settle(spent) {
      clearInterval(keeping)
      settlements.start(async () => {
        await settle(db, { accountId, id, spent: await amountOf(hold, spent, text) })
      })
    },
  }
}

/** What a request came to: as upstream says; or counted in what was asked and in what came, up to where it broke off; or what was reserved. */
async function amountOf(
  { asked, price, most }: Hold,
  { status, end, usage }: Spent,
  text: AnswerText | undefined,
): Promise<Amount> {
  if (end === 'refused' || (status >= 400 && end !== 'left')) return { tokens: 0, cost: 0 }
  if (usage) return { tokens: usage.totalTokens, cost: costOf(price, usage) }
  if (!text || asked.text === undefined) return most
  const inputTokens = await countTokens(asked.text, asked.model)
  const outputTokens = (await countTokens(text.text(), asked.model)) + Math.ceil(text.moreChars / 4)
  return { tokens: inputTokens + outputTokens, cost: costOf(price, { inputTokens, outputTokens }) }
}
