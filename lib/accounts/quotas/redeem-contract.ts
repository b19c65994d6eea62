import { z } from 'zod'
import { shownName } from '../shown-name.ts'
import { type Quota, quota } from './quota.ts'

const amount = z.int().min(1).max(1_000_000_000_000).optional()
const days = z.int().min(1).max(3650).optional()

/**
 * A batch of codes: what each adds, credit of tokens or money (in millionths of a US dollar), or a quota that raises limits
 * for `days`. Codes are of no use after `validDays`, if that is given.
 */
export const redeemBatchDraft = z
  .strictObject({
    name: shownName,
    count: z.int().min(1).max(1000),
    validDays: days,
    tokens: amount,
    cost: amount,
    days,
    quota: quota.default({}),
  })
  .check(({ value, issues }) => {
    const raises = Object.keys(value.quota).length > 0
    const wrong = (field: string) =>
      issues.push({ code: 'custom', input: value, path: [field], message: 'Say what a code adds' })
    if (raises && value.days === undefined) wrong('days')
    else if (!raises && value.days !== undefined) wrong('quota')
    else if (!raises && value.tokens === undefined && value.cost === undefined) wrong('tokens')
  })
export type RedeemBatchDraft = z.infer<typeof redeemBatchDraft>

export const redeemRequest = z.strictObject({ code: z.string().trim().min(6).max(200) })

/** What a code adds. */
export interface Redeemed {
  tokens: number
  /** In millionths of a US dollar. */
  cost: number
  /** For how long `quota` raises limits; 0 where it does not. */
  days: number
  quota: Quota
}

/** A batch as the console shows it. */
export interface RedeemBatchView extends Redeemed {
  id: string
  name: string
  createdAt: number
  expiresAt: number | null
  used: number
  left: number
}
