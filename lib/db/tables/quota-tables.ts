import type { Generated } from 'kysely'

/** What may be used, and what was. A part of the schema. */
export interface QuotaTables {
  /** What everybody of a role may use, as JSON; see `accounts/quotas/quota.ts`. */
  role_quota: {
    role: 'admin' | 'user' | 'guest'
    quota: string
  }
  /** What one account may use in place of its role's limits, as JSON. */
  account_quota: {
    account_id: string
    quota: string
  }
  /** In millionths of a US dollar for a million tokens; `*` is any other model. */
  model_price: {
    model: string
    input: number
    cached: number
    output: number
  }
  /** What an account has used in the periods that run, reservations included; see `accounts/quotas/reserve.ts`. */
  quota_use: {
    account_id: string
    /** When the periods began, in UTC. */
    hour: number
    day: number
    month: number
    messages_hour: number
    tokens_day: number
    tokens_month: number
    /** In millionths of a US dollar. */
    cost_day: number
    cost_month: number
    /** Requests under way. */
    running: number
    /** What was redeemed and is left: drawn from where a limit is used up, and below zero after an answer that was longer. */
    credit_tokens: Generated<number>
    credit_cost: Generated<number>
  }
  /** A request under way and what is reserved for it. After `expires_at` its process is taken for dead. */
  quota_hold: {
    id: string
    account_id: string
    /** Of the periods. */
    tokens: number
    cost: number
    /** Of the credit, in place of the periods. */
    credit_tokens: Generated<number>
    credit_cost: Generated<number>
    day: number
    month: number
    expires_at: number
  }
  /** Limits of an account that are raised until a time; see `accounts/quotas/redeem.ts`. */
  quota_pass: {
    id: string
    account_id: string
    /** As JSON. */
    quota: string
    ends_at: number
  }
  /** What each code of a batch adds. */
  redeem_batch: {
    id: string
    name: string
    tokens: number
    /** In millionths of a US dollar. */
    cost: number
    /** How long `quota`, as JSON, raises limits; 0 where it does not. */
    days: number
    quota: string
    created_at: number
    /** When its codes are of no use any more; null for never. */
    expires_at: number | null
  }
  /** A code that adds once. Kept as a digest; one that was redeemed stays, without the account when that is erased. */
  redeem_code: {
    digest: string
    batch_id: string
    account_id: string | null
    redeemed_at: number | null
  }
}
