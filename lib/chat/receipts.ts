import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { sql } from 'kysely'
import { DAY_MS } from '../day.ts'
import { expiringRows } from '../db/expiring.ts'
import type { Database } from '../db/schema.ts'
import type { Receipt } from './contract.ts'

const unpack = promisify(gunzip)

/**
 * The receipts of an answer, one for each run that came to an end, the first run first. That of a run whose
 * process was killed tells no more than when it was written.
 * Null unless the answer is the owner's.
 */
export async function listReceipts(db: Database, owner: string, answerId: string): Promise<Receipt[] | null> {
  const rows = await runsOf(db, owner, answerId)
    .leftJoin('run_raw', 'run_raw.run_id', 'run.id')
    .select(['run.id', 'run.number', 'run.receipt', 'run_raw.run_id as raw_id'])
    .execute()
  if (rows.length === 0) return null
  return rows.flatMap(({ id, number, receipt, raw_id }) => {
    if (receipt === null) return []
    // Written by `finishRun` from a typed value.
    const told: Omit<Receipt, 'runId' | 'number'> = JSON.parse(receipt)
    // It may have been erased since.
    return [{ runId: id, number, ...told, isRawKept: raw_id !== null }]
  })
}

/** Raw responses of so many days ago; answers and receipts stay. */
export const oldRawResponses = (days: number) =>
  expiringRows('run_raw', 'run_id', (now) => sql`kept_at <= ${now - days * DAY_MS}`)

/**
 * What upstream answered in one run of an answer, byte for byte: the run `runId`, or the newest that has such a body. Null
 * when there is none, or the answer is not the owner's.
 */
export async function loadRaw(
  db: Database,
  owner: string,
  answerId: string,
  runId?: string,
): Promise<{ bytes: Buffer<ArrayBuffer>; receipt: Receipt | undefined } | null> {
  const rows = await runsOf(db, owner, answerId)
    .innerJoin('run_raw', 'run_raw.run_id', 'run.id')
    .$if(runId !== undefined, (query) => query.where('run.id', '=', runId ?? ''))
    .select(['run.id', 'run_raw.gzip_base64'])
    .execute()
  const row = rows.at(-1)
  if (!row) return null
  const bytes = await unpack(Buffer.from(row.gzip_base64, 'base64'))
  const receipts = await listReceipts(db, owner, answerId)
  return { bytes, receipt: receipts?.find((receipt) => receipt.runId === row.id) }
}

function runsOf(db: Database, owner: string, answerId: string) {
  return db
    .selectFrom('run')
    .innerJoin('message', 'message.id', 'run.message_id')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .where('run.message_id', '=', answerId)
    .where('conversation.owner', '=', owner)
    .orderBy('run.number')
}
