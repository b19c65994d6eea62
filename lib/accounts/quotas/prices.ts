import type { Selectable } from 'kysely'
import type { Database, Schema } from '../../db/schema.ts'
import type { PriceView } from './quota.ts'

/** What a model costs, in millionths of a US dollar for a million tokens: 2_500_000 is 2.50 dollars. */
export interface Price {
  input: number
  /** Of input that came out of upstream's cache. */
  cached: number
  output: number
}

/** The name of the price of models that have none of their own. */
const OTHER_MODELS = '*'

/** Until the operator sets one: rather too much, since a quota in money is there to protect money. */
export const DEFAULT_PRICE: Price = { input: 5_000_000, cached: 5_000_000, output: 25_000_000 }

/** The end of a model's name that says of which day it is, as in `gpt-5.4-mini-2026-03-17`. */
const DATE = /-\d{4}-\d{2}-\d{2}$/

/** The price of a model: its own, that of the same one without a date, or that of all others. */
export async function priceOf(db: Database, model: string | undefined): Promise<Price> {
  const names = [...(model === undefined ? [] : [model, model.replace(DATE, '')]), OTHER_MODELS]
  const rows = await db.selectFrom('model_price').selectAll().where('model', 'in', names).execute()
  const row = names.flatMap((name) => rows.find((it) => it.model === name) ?? [])[0]
  return row ? toPrice(row) : DEFAULT_PRICE
}

const toPrice = ({ input, cached, output }: Selectable<Schema['model_price']>): Price => ({
  input: Number(input),
  cached: Number(cached),
  output: Number(output),
})

/** Sets the price of a model, or with {@link OTHER_MODELS} that of all that have none. */
export async function setPrice(db: Database, model: string, price: Price): Promise<void> {
  await db
    .insertInto('model_price')
    .values({ model, ...price })
    .onConflict((conflict) => conflict.column('model').doUpdateSet({ ...price }))
    .execute()
}

/** In millionths of a US dollar, rounded up. */
export function costOf(
  { input, cached, output }: Price,
  tokens: { inputTokens: number; cachedTokens?: number; outputTokens: number },
): number {
  const fromCache = Math.min(tokens.cachedTokens ?? 0, tokens.inputTokens)
  const fresh = tokens.inputTokens - fromCache
  return Math.ceil((fresh * input + fromCache * cached + tokens.outputTokens * output) / 1_000_000)
}

/** All prices that are set, by model. */
export async function listPrices(db: Database): Promise<Record<string, Price>> {
  const rows = await db.selectFrom('model_price').selectAll().orderBy('model').execute()
  return Object.fromEntries(rows.map((row) => [row.model, toPrice(row)]))
}

/** False when the model had no price. */
export async function removePrice(db: Database, model: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('model_price').where('model', '=', model).executeTakeFirst()
  return numDeletedRows === 1n
}

/** The same for the console, with the price of all others first. */
export async function viewPrices(db: Database): Promise<PriceView[]> {
  const { [OTHER_MODELS]: others, ...own } = await listPrices(db)
  const ofOthers = { model: OTHER_MODELS, ...(others ?? DEFAULT_PRICE), isOfOthers: true }
  return [
    { ...ofOthers, isBuiltIn: others === undefined },
    ...Object.entries(own).map(([model, price]) => ({
      ...{ model, ...price },
      ...{ isOfOthers: false, isBuiltIn: false },
    })),
  ]
}
