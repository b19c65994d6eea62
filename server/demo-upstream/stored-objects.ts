import type { DemoResponse } from './response-shapes.ts'

/** What the API keeps in memory between calls, within bounds. */
export interface StoredObjects {
  responses: Map<string, DemoResponse>
  files: Map<string, StoredFile>
}

export interface StoredFile {
  /** OpenAI's file object, and the SHA-256 of the content, by which a test sees that an upload arrived whole. */
  object: {
    id: string
    object: 'file'
    bytes: number
    created_at: number
    filename: string
    purpose: string
    status: 'processed'
    sha256: string
  }
  content: Buffer
}

const MAX_RESPONSES = 200
const MAX_FILES = 100
const MAX_FILE_BYTES = 256 * 1024 * 1024

/** Keeps a Response; the oldest makes room. */
export function storeResponse({ responses }: StoredObjects, response: DemoResponse): void {
  responses.set(response.id, response)
  const oldest = responses.keys().next().value
  if (responses.size > MAX_RESPONSES && oldest !== undefined) responses.delete(oldest)
}

/** Keeps a file; the oldest make room, and one that is too large alone is not kept at all. */
export function storeFile({ files }: StoredObjects, file: StoredFile): void {
  files.set(file.object.id, file)
  let bytes = 0
  for (const { content } of files.values()) bytes += content.length
  for (const [id, { content }] of files) {
    if (bytes <= MAX_FILE_BYTES && files.size <= MAX_FILES) return
    files.delete(id)
    bytes -= content.length
  }
}
