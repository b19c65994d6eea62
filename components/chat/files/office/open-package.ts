import { BlobReader, type FileEntry, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js'
import { OfficeProblem } from './office-problem.ts'

/** The ZIP that a document of an office program is. Only the parts that are read are unpacked: no picture, macro or font. */
export interface OfficePackage {
  has(path: string): boolean
  /** Of all parts that may have text, unpacked, as the ZIP has it; it can lie, so this is good for progress only. */
  textBytes: number
  /**
   * The bytes of a part as they are unpacked; none when there is no such part. Throws {@link OfficeProblem} when all that
   * was read comes to more than a document has.
   */
  read(path: string): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

export interface PackageLimits {
  maxEntries: number
  /** Of all that is unpacked. */
  maxUnpackedBytes: number
}

/** A workbook of half a million rows unfolds to about 200 MB. */
export const PACKAGE_LIMITS: PackageLimits = { maxEntries: 20_000, maxUnpackedBytes: 250_000_000 }

/** Opens a document. Throws {@link OfficeProblem} when it is no ZIP, has too many entries or wants a password. */
export async function openPackage(
  file: Blob,
  signal: AbortSignal,
  limits: PackageLimits,
): Promise<OfficePackage> {
  // Unpacking is the browser's own, off the page's thread already; workers of the library would be refused by the policy.
  const zip = new ZipReader(new BlobReader(file), { useWebWorkers: false })
  const entries = new Map<string, FileEntry>()
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (entries.size >= limits.maxEntries) throw new OfficeProblem('unfolds')
      if (entry.directory) continue
      if (entry.encrypted) throw new OfficeProblem('locked')
      entries.set(keyOf(entry.filename), entry)
    }
  } catch (error) {
    await zip.close().catch(() => undefined)
    throw asProblem(error)
  }
  let unpacked = 0
  let textBytes = 0
  for (const [path, { uncompressedSize }] of entries) if (path.endsWith('.xml')) textBytes += uncompressedSize
  return {
    textBytes,
    has: (path) => entries.has(keyOf(path)),
    async *read(path) {
      const entry = entries.get(keyOf(path))
      if (!entry) return
      for await (const chunk of unpack(entry, signal)) {
        unpacked += chunk.byteLength
        if (unpacked > limits.maxUnpackedBytes) throw new OfficeProblem('unfolds')
        yield chunk
      }
    },
    close: async () => await zip.close().catch(() => undefined),
  }
}

/** Names of parts are the same in either case (ECMA-376, part 2), and old programs wrote `\`. */
const keyOf = (path: string) => path.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase()

async function* unpack(entry: FileEntry, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const reader = readable.getReader()
  // Its failure arrives by the stream; what is left early it would tell to nobody.
  entry
    .getData(writable, { useWebWorkers: false, checkSignature: true, signal })
    .catch((error: unknown) => writable.abort(error).catch(() => undefined))
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (error) {
    throw asProblem(error, signal)
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Whatever a ZIP does wrong makes it a broken one; that reading was ended is no fault of its. */
function asProblem(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof OfficeProblem || signal?.aborted) return error
  return new OfficeProblem('broken', { cause: error })
}
