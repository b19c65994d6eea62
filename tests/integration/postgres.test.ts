import pg from 'pg'
import { expect, test } from 'vitest'
import { withPostgres } from '#tests/support/with-postgres.ts'

withPostgres('the test PostgreSQL', (databaseUrl) => {
  test('is empty, speaks UTF-8 and knows Chinese letters', async () => {
    const client = new pg.Client(databaseUrl())
    await client.connect()
    try {
      const { rows } = await client.query(`select
        current_setting('server_encoding') as encoding,
        '中文' ~ '^[[:alpha:]]+$' as letters,
        (select count(*)::int from pg_tables where schemaname = 'public') as tables`)
      expect(rows[0]).toEqual({ encoding: 'UTF8', letters: true, tables: 0 })
    } finally {
      await client.end()
    }
  })
})
