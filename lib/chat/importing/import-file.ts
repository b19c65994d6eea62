import type { KeepDependencies } from '../files/keep-file.ts'
import { type ArchivedFiles, openArchivedFiles } from './archived-files.ts'
import { bringFiles } from './bring-files.ts'
import type { ImportEvent, ImportFault, ImportOutcome } from './import-events.ts'
import { importSources } from './import-sources.ts'
import { ImportRefusal, type SkipReason } from './imported-conversation.ts'
import { ImportStop, jsonElements } from './json-elements.ts'
import { plantTree } from './plant-tree.ts'
import { readConversation } from './read-conversation.ts'
import { storeImport } from './store-import.ts'

/** More elements than anybody has conversations. */
const MAX_ELEMENTS = 200_000

export interface ImportRequest extends KeepDependencies {
  owner: string
  /** A ZIP or JSON file. */
  file: string
  now: number
  /** Told of what nobody expected; never of what people wrote. */
  onError: (error: unknown) => void
}

/**
 * Imports what is in a file, a conversation at a time, each in a transaction of its own; tells of each as it is stored. A
 * file that breaks off or is damaged gives what could be read of it, and a fault at the end. Never throws. When its reader
 * leaves, it ends after the conversation it is at.
 */
export async function* importFile(request: ImportRequest): AsyncGenerator<ImportEvent> {
  const counts: Record<ImportOutcome, number> = { imported: 0, here: 0, restored: 0, skipped: 0 }
  let fault: ImportFault | null = null
  try {
    for await (const event of importAll(request)) {
      counts[event.outcome]++
      yield event
    }
  } catch (error) {
    fault = error instanceof ImportStop ? error.fault : 'internal'
    if (fault === 'internal') request.onError(error)
  }
  if (fault === null && counts.imported + counts.here + counts.restored === 0) fault = 'nothing_found'
  yield fault === null ? { type: 'end', counts } : { type: 'fault', fault, counts }
}

type ConversationEvent = Extract<ImportEvent, { type: 'conversation' }>

async function* importAll(request: ImportRequest): AsyncGenerator<ConversationEvent> {
  let elements = 0
  const archive = openArchivedFiles(request.file)
  try {
    for await (const source of importSources(request.file)) {
      for await (const element of jsonElements(source)) {
        if (++elements > MAX_ELEMENTS) throw new ImportStop('too_large')
        yield await importOne(request, element, archive)
      }
    }
  } finally {
    await archive.close()
  }
}

async function importOne(
  request: ImportRequest,
  element: unknown,
  archive: ArchivedFiles,
): Promise<ConversationEvent> {
  const { db, owner, now } = request
  let title = ''
  try {
    const read = readConversation(element)
    title = read.title ?? ''
    const planted = plantTree(read, now)
    title = planted.title
    const whole = await bringFiles(request, owner, planted, archive)
    return { type: 'conversation', title, ...(await storeImport(db, owner, whole, now)) }
  } catch (error) {
    const reason = reasonOf(error)
    if (!reason) throw error
    return { type: 'conversation', title: title.slice(0, 200), outcome: 'skipped', reason }
  }
}

/** Why a conversation is not imported; undefined when the rest of the file would fare no better. */
function reasonOf(error: unknown): SkipReason | undefined {
  if (error instanceof ImportRefusal) return error.reason
  // Nested more deeply than anything that a conversation has: readers of JSON call themselves for each level.
  return error instanceof RangeError ? 'broken' : undefined
}
