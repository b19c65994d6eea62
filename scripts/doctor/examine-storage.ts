import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { createClient } from '@redis/client'
import { sql } from 'kysely'
import type { Config } from '#lib/config.ts'
import { connectDatabase, databaseFile } from '#lib/db/database.ts'
import { migrationNames } from '#lib/db/migrate.ts'
import type { Database } from '#lib/db/schema.ts'
import { codeOf } from '#lib/gateway/upstream-failure.ts'
import { type ClockReading, type Finding, findingsAbout } from './finding.ts'

const database = findingsAbout('Database')
const redis = findingsAbout('Redis')
const machine = findingsAbout('Machine')

const OLDEST_POSTGRES = 13
const OLDEST_REDIS = 5
const LITTLE_BYTES = 1 << 30
const TOO_LITTLE_BYTES = 100 << 20
const MB = 1 << 20
const TIMEOUT_MS = 5_000

/** Whether what people wrote can be read and kept. Changes nothing. */
export async function examineDatabase(
  config: Config,
): Promise<{ findings: Finding[]; clocks: ClockReading[] }> {
  const file = databaseFile(config)
  if (file && !existsSync(file)) {
    return { findings: [database.well(`The database ${file} will be made at the first start.`)], clocks: [] }
  }
  let db: Database | undefined
  try {
    db = connectDatabase(config)
    const findings = file ? await examineSqlite(db, file) : await examinePostgres(db)
    findings.push(await examineSchema(db))
    return { findings, clocks: file ? [] : [await clockOf(db)] }
  } catch (error) {
    const advice = file
      ? 'If it is damaged, stop the site and restore the last backup (docs/backup.md).'
      : (POSTGRES_ADVICE[codeOf(error)] ?? 'Check DATABASE_URL and that the server runs.')
    return {
      findings: [database.wrong(`The database cannot be read (${codeOf(error)}).`, advice)],
      clocks: [],
    }
  } finally {
    await db?.destroy()
  }
}

const POSTGRES_ADVICE: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens where DATABASE_URL points: start the server, or correct host and port.',
  ENOTFOUND: 'Nobody here knows the host that DATABASE_URL names.',
  '28P01': 'User or password of DATABASE_URL is wrong.',
  '28000': 'The server does not let this user in from here (pg_hba.conf).',
  '3D000': 'The database that DATABASE_URL names does not exist: create it.',
  CONNECT_TIMEOUT: 'A firewall may be in between.',
}

async function examineSqlite(db: Database, file: string): Promise<Finding[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(1)`.execute(db)
  const verdict = rows[0]?.quick_check
  if (verdict === 'ok') return [database.well(`${file} is sound.`)]
  return [
    database.wrong(
      `${file} is damaged: ${verdict}.`,
      'Stop the site, keep a copy of the file, and restore the last backup (docs/backup.md).',
    ),
  ]
}

async function examinePostgres(db: Database): Promise<Finding[]> {
  const startedMs = performance.now()
  const { rows } = await sql<{ version: string; encoding: string }>`
    select current_setting('server_version') as version, current_setting('server_encoding') as encoding`.execute(
    db,
  )
  const tookMs = Math.round(performance.now() - startedMs)
  const { version = '0', encoding = '' } = rows[0] ?? {}
  const findings = [database.well(`PostgreSQL ${version} answered in ${tookMs} ms.`)]
  if (Number.parseInt(version, 10) < OLDEST_POSTGRES) {
    findings.push(
      database.remark(
        `PostgreSQL ${version} is older than what Tain is tried with.`,
        `Use ${OLDEST_POSTGRES} or newer.`,
      ),
    )
  }
  if (encoding !== 'UTF8') {
    findings.push(
      database.wrong(
        `The database keeps texts as ${encoding}, in which not everything can be written.`,
        'Create it with ENCODING UTF8.',
      ),
    )
  }
  return findings
}

async function examineSchema(db: Database): Promise<Finding> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) {
    return database.well('It is empty; the first start makes its tables.')
  }
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const done = new Set(rows.map(({ name }) => name))
  const unknown = [...done].filter((name) => !migrationNames.includes(name))
  const pending = migrationNames.filter((name) => !done.has(name))
  if (unknown.length > 0) {
    return database.wrong(
      'The database was written by a newer version of Tain than this one.',
      'Start the newer version, or restore a backup of this one (docs/backup.md).',
    )
  }
  if (pending.length > 0) {
    return database.remark(
      `The next start brings the database up to date (${pending.length} steps).`,
      'Take a backup before: npm run backup',
    )
  }
  return database.well('Its tables are those of this version.')
}

async function clockOf(db: Database): Promise<ClockReading> {
  const startedMs = Date.now()
  const { rows } = await sql<{
    now: number
  }>`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
  return { whose: 'the database', aheadMs: Number(rows[0]?.now) - (startedMs + Date.now()) / 2 }
}

/** The Redis in which instances share their limits, if one is named. */
export async function examineRedis({ REDIS_URL: url }: Config): Promise<Finding[]> {
  if (url === undefined) return []
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: TIMEOUT_MS, reconnectStrategy: false },
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const startedMs = performance.now()
    const version = /redis_version:([\d.]+)/.exec(String(await client.info('server')))?.[1] ?? '0'
    const tookMs = Math.round(performance.now() - startedMs)
    if (Number.parseInt(version, 10) < OLDEST_REDIS) {
      return [redis.wrong(`Redis ${version} is too old to count limits.`, `Use ${OLDEST_REDIS} or newer.`)]
    }
    return [redis.well(`Redis ${version} answered in ${tookMs} ms.`)]
  } catch (error) {
    const refused =
      error instanceof Error
        ? (/^(?:WRONGPASS|NOAUTH|NOPERM)/.exec(error.message)?.[0] ?? codeOf(error))
        : 'unknown'
    return [
      redis.wrong(
        `Redis does not answer (${refused}); each instance keeps to its share of the limits meanwhile.`,
        'Check REDIS_URL and that the server runs, or take the setting out with a single instance.',
      ),
    ]
  } finally {
    client.destroy()
  }
}

/** Whether there is room for what people will write. */
export function examineDisk({ DATA_DIR: directory }: Config): Finding[] {
  let there = directory
  while (!existsSync(there)) there = path.dirname(there)
  try {
    accessSync(there, constants.W_OK)
  } catch {
    return [
      machine.wrong(
        `${there} cannot be written by this user.`,
        'Give it to the user that runs the site, or set DATA_DIR.',
      ),
    ]
  }
  const { bavail, bsize } = statfsSync(there)
  const free = bavail * bsize
  const says = `${Math.floor(free / MB)} MB are free in ${there}.`
  if (free < TOO_LITTLE_BYTES) return [machine.wrong(says, 'Make room: a full disk refuses new questions.')]
  return [free < LITTLE_BYTES ? machine.remark(says, 'Make room before it is needed.') : machine.well(says)]
}
