import { type SelectQueryBuilder, sql } from 'kysely'
import { type Placed, readPlace, writePlace } from './page-place.ts'

/**
 * A page of what `query` selects, by `created_at` and `id` of `table`: the newest `size` rows, or those behind the place `before`,
 * where another page ended. `older` is where this one ends, null when nothing is behind it. What comes meanwhile moves nothing.
 */
export async function newestFirst<DB, Tables extends keyof DB, Row extends Placed>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  table: Tables & string,
  { size, before }: { size: number; before: string | undefined },
): Promise<{ rows: Row[]; older: string | null }> {
  const at = sql.ref(`${table}.created_at`)
  const id = sql.ref(`${table}.id`)
  let wanted = query
    .orderBy(at, 'desc')
    .orderBy(id, 'desc')
    .limit(size + 1)
  if (before !== undefined) {
    const place = readPlace(before)
    wanted = wanted.where(sql<boolean>`(${at}, ${id}) < (${place.created_at}, ${place.id})`)
  }
  const found = await wanted.execute()
  const last = found.length > size ? found[size - 1] : undefined
  return { rows: found.slice(0, size), older: last ? writePlace(last) : null }
}
