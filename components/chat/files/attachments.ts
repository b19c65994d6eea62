import type { FilePart } from '#lib/chat/parts.ts'
import { loadDraftFiles, saveDraftFiles } from '../state/drafts.ts'
import { newId } from '../state/new-id.ts'

/** Why a file could not be attached; `detail` is the site's own sentence. */
export interface AttachFailure {
  reason:
    | 'network'
    | 'tooLarge'
    | 'kind'
    | 'office'
    | 'empty'
    | 'unreadable'
    | 'broken'
    | 'locked'
    | 'unfolds'
    | 'longText'
    | 'noText'
    | 'full'
    | 'busy'
    | 'gone'
    | 'refused'
  detail?: string
}

/** A file that lies in a composer. */
export interface Attachment {
  /** The page's own. */
  id: string
  name: string
  mediaType: string
  bytes: number
  /** Of an image that is still here in the browser. */
  previewUrl?: string
  /** Its text is being read here, before that is uploaded. */
  isBeingRead?: boolean
  /** From 0 to 1 while it is being read or uploaded; then the site looks into it. */
  progress: number
  /** Known once the site has it. */
  file: FilePart | null
  failure: AttachFailure | null
}

/** What a person is told about the files of a composer as a whole. */
export type ShelfNote = { kind: 'tooMany'; left: number } | { kind: 'wait' } | { kind: 'failed' }

const none: readonly Attachment[] = []

/**
 * The files that wait in composers, by conversation key as drafts are. Lists are replaced, never changed. What the site
 * has of them outlives the page.
 */
export class AttachmentShelf {
  readonly #lists = new Map<string, readonly Attachment[]>()
  readonly #notes = new Map<string, ShelfNote>()
  readonly #savedIds = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  of(key: string): readonly Attachment[] {
    const known = this.#lists.get(key)
    if (known) return known
    const kept = loadDraftFiles(key).map(attachmentOf)
    this.#savedIds.set(key, kept.map(({ file }) => file?.fileId).join())
    this.#lists.set(key, kept.length > 0 ? kept : none)
    return this.of(key)
  }

  /** Of all composers that were looked at in this page. */
  keysOf(): string[] {
    return [...this.#lists.keys()]
  }

  noteOf(key: string): ShelfNote | null {
    return this.#notes.get(key) ?? null
  }

  set(key: string, list: readonly Attachment[], note: ShelfNote | null = null): void {
    this.#lists.set(key, list.length > 0 ? list : none)
    if (note) this.#notes.set(key, note)
    else this.#notes.delete(key)
    this.#save(key, list)
    for (const listener of this.#listeners) listener()
  }

  /** Changes one, wherever it lies by now; nothing when it was taken away. */
  change(id: string, change: Partial<Attachment>): void {
    for (const [key, before] of this.#lists) {
      if (!before.some((one) => one.id === id)) continue
      const list = before.map((one) => (one.id === id ? { ...one, ...change } : one))
      const note = this.noteOf(key)
      this.set(key, list, note && isStillTrue(note, list) ? note : null)
    }
  }

  /** Progress is told often, and changes nothing of what is kept. */
  #save(key: string, list: readonly Attachment[]): void {
    const files = list.flatMap(({ file }) => file ?? [])
    const ids = files.map(({ fileId }) => fileId).join()
    if (ids === (this.#savedIds.get(key) ?? '')) return
    this.#savedIds.set(key, ids)
    saveDraftFiles(key, files)
  }

  /** Hands out the files of a composer, which is empty then. */
  take(key: string): FilePart[] {
    const files = this.of(key).flatMap(({ file, name }) => (file ? [{ ...file, name }] : []))
    if (files.length > 0) this.set(key, [])
    return files
  }

  /** Puts files in front of those that lie there by now. */
  putBack(key: string, files: readonly FilePart[]): void {
    if (files.length > 0) this.set(key, [...files.map(attachmentOf), ...this.of(key)])
  }

  /** What was attached under one key lies under another from now on. */
  move(from: string, to: string): void {
    const moved = this.of(from)
    if (moved.length === 0) return
    this.set(from, [])
    this.set(to, [...this.of(to), ...moved])
  }
}

function isStillTrue({ kind }: ShelfNote, list: readonly Attachment[]): boolean {
  if (kind === 'wait') return list.some(({ file, failure }) => !file && !failure)
  return kind === 'tooMany' || list.some(({ failure }) => failure)
}

function attachmentOf(file: FilePart): Attachment {
  const { name, mediaType, bytes } = file
  return { id: newId(), name, mediaType, bytes, progress: 1, file, failure: null }
}

/** The shelf of this page. */
export const shelf = new AttachmentShelf()
