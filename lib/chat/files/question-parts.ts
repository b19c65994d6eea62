import type { Transaction } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import type { SendRequest } from '../contract.ts'
import type { FilePart, Part } from '../parts.ts'
import { claimFiles, partOfFile } from './file-rows.ts'

/**
 * What a question consists of: its files, which its conversation uses from now on, and its text. Throws {@link SiteError}
 * 409 when one of the files is not there, or not the owner's.
 */
export async function questionParts(
  tx: Transaction<Schema>,
  owner: string,
  { conversationId, text, files = [] }: Extract<SendRequest, { kind: 'ask' }>,
  now: number,
): Promise<Part[]> {
  const rows = await claimFiles(
    tx,
    owner,
    conversationId,
    files.map(({ id }) => id),
    now,
  )
  const attached = files.map(({ id, name }): FilePart => {
    const row = rows.get(id)
    if (row) return partOfFile(row, name)
    throw new SiteError(409, 'file_gone', `The file ${name} is no longer here. Attach it again.`, {
      field: 'files',
    })
  })
  return text.trim() === '' && attached.length > 0 ? attached : [...attached, { type: 'text', text }]
}
