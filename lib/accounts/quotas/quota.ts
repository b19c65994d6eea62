import { z } from 'zod'

const count = z.int().nonnegative().optional()

/** What an account may use; absent is without limit. Cost is in millionths of a US dollar, periods are those of UTC. */
export const quota = z.strictObject({
  messagesPerHour: count,
  tokensPerDay: count,
  tokensPerMonth: count,
  costPerDay: count,
  costPerMonth: count,
  /** Requests under way at a time. */
  streams: count,
  /** Names of models; one that ends in `*` stands for all that begin so. */
  models: z.array(z.string().min(1).max(128)).max(200).optional(),
  /** Of one uploaded file, be it attached or imported, in bytes. */
  uploadBytes: count,
})
export type Quota = z.infer<typeof quota>

/** Those that are counted; the others are looked at. */
export type CountedLimit = Exclude<keyof Quota, 'models' | 'uploadBytes'>

export const quotaRole = z.enum(['admin', 'user', 'guest'])
/** The owner pays for everything and has no quota. */
export type QuotaRole = z.infer<typeof quotaRole>

/** A quota raised by another: never less than before, and what was without limit stays so. */
export function raised(base: Quota, by: Quota): Quota {
  const numbers = quota.omit({ models: true }).keyof().options
  const higher = numbers.flatMap((limit) => {
    const [was, wanted] = [base[limit], by[limit]]
    return was === undefined || wanted === undefined ? [] : [[limit, Math.max(was, wanted)]]
  })
  const models = base.models && by.models && { models: [...new Set([...base.models, ...by.models])] }
  return { ...base, ...Object.fromEntries(higher), ...models }
}

/** Whether the quota lets this model be asked. */
export function allowsModel({ models }: Quota, model: string): boolean {
  if (!models) return true
  return models.some((name) => (name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name))
}

export const roleQuotaRequest = z.strictObject({ role: quotaRole, quota })
export const accountQuotaRequest = z.strictObject({ quota })

const model = z.string().trim().min(1).max(128)
const price = z.int().nonnegative().max(10_000_000_000)
/** In millionths of a US dollar for a million tokens; `*` is the model that has no price. */
export const priceRequest = z.strictObject({ model, input: price, cached: price, output: price })
export const priceRemoval = z.strictObject({ model })

/** A price as the console shows it, in millionths of a US dollar for a million tokens. */
export interface PriceView {
  model: string
  input: number
  cached: number
  output: number
  /** Of all models that have none of their own. */
  isOfOthers: boolean
  /** Nobody has set it: it is what Tain counts with until somebody does. */
  isBuiltIn: boolean
}

/** An account and what is set for it in place of the limits of its role and of its access code. */
export interface AccountQuotaView {
  id: string
  role: QuotaRole
  name: string
  email: string | null
  quota: Quota
  /** What is set for the access code by which it came. */
  ofCode: Quota
}

/** `GET /api/quota`: what somebody may use, and how much of it they have. */
export interface QuotaStanding {
  counted: {
    limit: Exclude<CountedLimit, 'streams'>
    most: number
    used: number
    /** When all of it is there again, in Unix milliseconds. */
    resetsAt: number
  }[]
  streams: number | undefined
  models: string[] | undefined
  uploadBytes: number | undefined
  /** What was redeemed and is left: it is used where a limit is used up. Cost in millionths of a US dollar. */
  credit: { tokens: number; cost: number }
  /** What was redeemed and raises limits until a time; the limits above have it in them. */
  passes: { quota: Quota; endsAt: number }[]
}
