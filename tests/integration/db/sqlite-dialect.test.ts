import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSqliteDialect } from '#lib/db/sqlite-dialect.ts'

interface Notes {
  note: { id: number; text: string; place?: string }
}

let db: Kysely<Notes>
beforeEach(async () => {
  db = new Kysely<Notes>({ dialect: createSqliteDialect(':memory:') })
  await sql`create table note (id integer primary key, text text not null)`.execute(db)
})
afterEach(() => db.destroy())

const texts = (ids: readonly number[]) =>
  db.selectFrom('note').select('text').where('id', 'in', ids).orderBy('id').execute()

it('answers what was asked before as the table is by then', async () => {
  const all = () => db.selectFrom('note').selectAll().execute()
  expect(await all()).toEqual([])
  await db.insertInto('note').values({ id: 1, text: 'one' }).execute()
  expect(await all()).toEqual([{ id: 1, text: 'one' }])
  await sql`alter table note add column place text not null default 'here'`.execute(db)
  expect(await all()).toEqual([{ id: 1, text: 'one', place: 'here' }])
  await sql`drop table note`.execute(db)
  await expect(all()).rejects.toThrow('no such table')
})

it('answers more different statements than are kept prepared, and the first of them again', async () => {
  const rows = Array.from({ length: 600 }, (_, index) => ({ id: index + 1, text: `${index + 1}` }))
  await db.insertInto('note').values(rows).execute()
  for (const { id } of [...rows, ...rows.slice(0, 3)]) {
    expect(await texts(rows.slice(0, id).map((row) => row.id))).toHaveLength(id)
  }
})
