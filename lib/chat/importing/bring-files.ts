import type { Database } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import { fileName } from '../files/file-contract.ts'
import { findFile, partOfFile } from '../files/file-rows.ts'
import { type KeepDependencies, keepFile } from '../files/keep-file.ts'
import type { FilePart, Part } from '../parts.ts'
import type { ArchivedFiles } from './archived-files.ts'
import type { PlantedConversation } from './plant-tree.ts'

/**
 * A conversation with its files: those of the ZIP it came in are kept as the owner's own, those that the owner still has
 * are used again. Of what is neither, or cannot be kept, the name stays, as text.
 */
export async function bringFiles(
  keep: KeepDependencies,
  owner: string,
  conversation: PlantedConversation,
  archive: ArchivedFiles,
): Promise<PlantedConversation> {
  const brought = new Map<string, FilePart | null>()
  const bring = async (part: Part): Promise<Part> => {
    if (part.type !== 'file') return part
    const known = brought.get(part.fileId)
    const file = known === undefined ? await bringFile(keep, owner, part, archive) : known
    brought.set(part.fileId, file)
    if (!file) return { type: 'text', text: `[${part.name}]` }
    return { ...file, name: nameOf(part), ...(part.callId !== undefined && { callId: part.callId }) }
  }
  const messages: PlantedConversation['messages'] = []
  for (const message of conversation.messages) {
    const parts: Part[] = []
    for (const part of message.parts) parts.push(await bring(part))
    messages.push({ ...message, parts })
  }
  return { ...conversation, messages }
}

async function bringFile(
  keep: KeepDependencies,
  owner: string,
  part: FilePart,
  archive: ArchivedFiles,
): Promise<FilePart | null> {
  const bytes = await archive.read(part.fileId, keep.maxBytes)
  if (!bytes) return await ownFile(keep.db, owner, part)
  try {
    return await keepFile(keep, owner, nameOf(part), bytes)
  } catch (error) {
    if (error instanceof SiteError) return null
    throw error
  }
}

async function ownFile(db: Database, owner: string, { fileId, name }: FilePart): Promise<FilePart | null> {
  const row = await findFile(db, owner, fileId)
  return row ? partOfFile(row, name) : null
}

const nameOf = ({ name }: FilePart) => fileName.catch('file').parse(name)
