import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type FileRow, keyOfFile } from './file-rows.ts'
import type { FileStore } from './file-store.ts'

/** The bytes of files in a backup: what came, and what the site made of it, in pieces of which each is a line. */
export interface FilePiece {
  key: string
  /** Which piece it is, from 0, and of how many. */
  part: number
  of: number
  base64: string
}

const PIECE_BYTES = 256 * 1024
/** The very bytes, and what lies beside them. */
const SUFFIXES = ['', '.view', '.thumb', '.text']

/** The pieces of a kept file, and nothing for one that is coming or going. One file is in memory at a time. */
export async function* piecesOfFile(
  store: FileStore,
  row: Pick<FileRow, 'id' | 'sha256' | 'status'>,
): AsyncGenerator<FilePiece> {
  if (row.status !== 'kept') return
  for (const suffix of SUFFIXES) {
    const key = keyOfFile(row) + suffix
    const bytes = await store.get(key)
    if (!bytes) continue
    const of = Math.max(1, Math.ceil(bytes.length / PIECE_BYTES))
    for (let part = 0; part < of; part++) {
      const piece = bytes.subarray(part * PIECE_BYTES, (part + 1) * PIECE_BYTES)
      yield { key, part, of, base64: piece.toString('base64') }
    }
  }
}

/** Exactly the keys that this program makes: whatever else a backup says, nothing is written elsewhere. */
const key =
  /^(?<folder>[0-9a-f]{2})\/(?<sha256>\k<folder>[0-9a-f]{62})-[0-9a-f-]{36}(?<suffix>|\.view|\.thumb|\.text)$/

const filePiece = z.strictObject({
  key: z.string().regex(key),
  part: z.int().nonnegative(),
  of: z.int().positive(),
  base64: z.base64(),
})

/** Puts files together again from their pieces, and into a store. */
export class FileAssembly {
  readonly #store: FileStore
  readonly #put: string[] = []
  #key = ''
  #pieces: Buffer[] = []

  constructor(store: FileStore) {
    this.#store = store
  }

  /** The next piece. Throws an Error when it does not fit, or the file is not what its key says. */
  async take(json: unknown): Promise<void> {
    const { data: piece } = filePiece.safeParse(json)
    const isNext =
      piece && piece.part === this.#pieces.length && (piece.part === 0 || piece.key === this.#key)
    if (!isNext) throw new Error('A piece of a file is missing, or in the wrong place.')
    this.#key = piece.key
    this.#pieces.push(Buffer.from(piece.base64, 'base64'))
    if (this.#pieces.length === piece.of) await this.#putAway()
  }

  /** Throws an Error when a file is not whole. */
  end(): void {
    if (this.#pieces.length > 0) throw new Error('This backup is damaged; nothing was restored.')
  }

  /** Takes everything out of the store again. */
  async undo(): Promise<void> {
    await this.#store.remove(this.#put)
  }

  async #putAway(): Promise<void> {
    const bytes = Buffer.concat(this.#pieces)
    const { sha256, suffix } = key.exec(this.#key)?.groups ?? {}
    const isWhole = suffix !== '' || createHash('sha256').update(bytes).digest('hex') === sha256
    if (!isWhole) throw new Error('A file is not what it was.')
    this.#put.push(this.#key)
    await this.#store.put(this.#key, bytes)
    this.#pieces = []
  }
}
