import type { Database } from '../db/schema.ts'
import { parseJson } from './parse-json.ts'
import { type Preferences, type PreferencesChange, readPreferences } from './preferences.ts'

export async function loadPreferences(db: Database, owner: string): Promise<Preferences> {
  const rows = await db
    .selectFrom('preference')
    .select(['name', 'value'])
    .where('owner', '=', owner)
    .execute()
  return readPreferences(Object.fromEntries(rows.map(({ name, value }) => [name, parseJson(value)])))
}

/** Stores a change, a row for each field, so that changes of different fields never undo one another. */
export async function changePreferences(
  db: Database,
  owner: string,
  change: PreferencesChange,
): Promise<Preferences> {
  const values = Object.entries(change).map(([name, value]) => ({
    owner,
    name,
    value: JSON.stringify(value),
  }))
  if (values.length > 0) {
    await db
      .insertInto('preference')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['owner', 'name']).doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
      )
      .execute()
  }
  return await loadPreferences(db, owner)
}
