import { openDocumentReader } from './odf/open-document.ts'
import { OfficeProblem, type OfficeReason } from './office-problem.ts'
import { type OfficePackage, openPackage, PACKAGE_LIMITS, type PackageLimits } from './open-package.ts'
import { readSheets } from './read-sheets.ts'
import { readSlides } from './read-slides.ts'
import { readWord } from './read-word.ts'
import { attributeOf, elementsIn } from './read-xml.ts'
import { partOfType, relationsOf } from './relations.ts'
import { TextOut } from './text-out.ts'

/** Reads the text out of documents of office programs, in the browser. Loaded when the first of them comes. */

export interface OfficeReading {
  /** The text may have so many bytes, as other texts that are attached. */
  maxBytes: number
  signal: AbortSignal
  /** How much of it is read, from 0 to 1. */
  onProgress?: (share: number) => void
  limits?: PackageLimits
}

/** What reads one kind of document into `out`. */
type DocumentReader = (zip: OfficePackage, out: TextOut) => Promise<void>

/** {@link readOffice} with what may go wrong as a value; what was aborted may be told as anything. */
export async function takeText(
  file: Blob,
  reading: OfficeReading,
): Promise<{ text: string | null } | { reason: OfficeReason }> {
  try {
    return { text: await readOffice(file, reading) }
  } catch (error) {
    // Whatever a reader stumbles over is something that no whole document has.
    return { reason: error instanceof OfficeProblem ? error.reason : 'broken' }
  }
}

/**
 * The text of a document, as Markdown; null when the file is none at all but for its name, as the tables that many programs
 * of administrations are when they are saved as `.xlsx`. Throws {@link OfficeProblem}, or what the signal was aborted with.
 */
export async function readOffice(file: Blob, reading: OfficeReading): Promise<string | null> {
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer())
  if (startsWith(head, COMPOUND)) throw new OfficeProblem((await isEncrypted(file)) ? 'locked' : 'office')
  if (!startsWith(head, ZIP)) return null
  const { signal, maxBytes, onProgress, limits = PACKAGE_LIMITS } = reading
  const zip = await openPackage(file, signal, limits)
  try {
    const read = (await readerOf(zip)) ?? (await openDocumentReader(zip))
    if (!read) throw new OfficeProblem('office')
    const out = new TextOut(maxBytes)
    await read(onProgress ? watched(zip, onProgress) : zip, out)
    const text = out.end()
    if (text === '') throw new OfficeProblem('noText')
    return text
  } finally {
    await zip.close()
  }
}

const ZIP = [0x50, 0x4b]
/** Of compound files: what Word wrote until 2003, and what documents with a password are wrapped in ([MS-OFFCRYPTO]). */
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]

const startsWith = (bytes: Uint8Array, start: readonly number[]) =>
  start.every((byte, at) => bytes[at] === byte)

/** The names in a compound file stand in UTF-16, near its beginning or its end. */
async function isEncrypted(file: Blob): Promise<boolean> {
  const decoder = new TextDecoder('latin1')
  const wanted = [...'EncryptedPackage'].join('\0')
  for (const piece of [file.slice(0, 1_000_000), file.slice(-1_000_000)]) {
    if (decoder.decode(await piece.arrayBuffer()).includes(wanted)) return true
  }
  return false
}

/** What can read a document of Microsoft's, by the type of its main part, macros or not, template or not. */
async function readerOf(zip: OfficePackage): Promise<DocumentReader | undefined> {
  const main = partOfType(await relationsOf(zip, ''), 'officeDocument')
  if (main === undefined) return undefined
  const type = await typeOf(zip, main)
  const read = READERS.find(([pattern]) => pattern.test(type))?.[1]
  return read && ((watched, out) => read(watched, main, out))
}

const READERS = [
  [/wordprocessingml|ms-word/, readWord],
  [/spreadsheetml|ms-excel\.(sheet|template)\.macro/, readSheets],
  [/presentationml|ms-powerpoint/, readSlides],
] as const

async function typeOf(zip: OfficePackage, part: string): Promise<string> {
  let byEnding = ''
  for await (const element of elementsIn(zip.read('[Content_Types].xml'), ['Override', 'Default'])) {
    const type = attributeOf(element, 'ContentType') ?? ''
    const name = (attributeOf(element, 'PartName') ?? '').toLowerCase()
    if (name === `/${part.toLowerCase()}`) return type
    const ending = attributeOf(element, 'Extension')
    if (ending !== undefined && part.toLowerCase().endsWith(`.${ending.toLowerCase()}`)) byEnding = type
  }
  return byEnding
}

/** Tells how much of the document has been read; some of it (themes, masters) never is. */
function watched(zip: OfficePackage, onProgress: (share: number) => void): OfficePackage {
  let done = 0
  return {
    ...zip,
    async *read(path) {
      for await (const chunk of zip.read(path)) {
        yield chunk
        done += chunk.byteLength
        onProgress(Math.min(1, done / Math.max(1, zip.textBytes)))
      }
    },
  }
}
