import { OfficeProblem } from '../office-problem.ts'
import type { OfficePackage } from '../open-package.ts'
import { attributeOf, elementsIn } from '../read-xml.ts'
import type { TextOut } from '../text-out.ts'
import { OdfStyles, SHARED_STYLES } from './odf-styles.ts'
import { CONTENT, OdfText, type OpenDocument } from './odf-text.ts'
import { readOdfSheets } from './read-odf-sheets.ts'
import { readOdfSlides } from './read-odf-slides.ts'
import { readOdfWriting } from './read-odf-writing.ts'

type OpenDocumentReader = (document: OpenDocument, out: TextOut) => Promise<void>

const MANIFEST = 'META-INF/manifest.xml'

/** By the word behind `application/vnd.oasis.opendocument.`, which templates have as well. */
const READERS: readonly (readonly [RegExp, OpenDocumentReader])[] = [
  [/^text/, readOdfWriting],
  [/^spreadsheet/, readOdfSheets],
  [/^presentation/, readOdfSlides],
]

/**
 * What reads a document as LibreOffice writes it (ODF, ISO/IEC 26300); undefined when it is none that is read. Throws
 * {@link OfficeProblem} `locked` for one with a password: its ZIP is open, and only the manifest tells.
 */
export async function openDocumentReader(
  zip: OfficePackage,
): Promise<((zip: OfficePackage, out: TextOut) => Promise<void>) | undefined> {
  if (!zip.has(MANIFEST)) return undefined
  const kinds = new Map<string, string>()
  for await (const entry of elementsIn(zip.read(MANIFEST), ['file-entry'])) {
    if (entry.children.some((child) => typeof child !== 'string' && child.name === 'encryption-data')) {
      throw new OfficeProblem('locked')
    }
    kinds.set(attributeOf(entry, 'full-path') ?? '', attributeOf(entry, 'media-type') ?? '')
  }
  const [, kind = ''] = /^application\/vnd\.oasis\.opendocument\.(.*)$/.exec(kinds.get('/') ?? '') ?? []
  const [, read] = READERS.find(([pattern]) => pattern.test(kind)) ?? []
  if (!read || !zip.has(CONTENT)) return undefined
  return async (watched, out) => {
    const styles = new OdfStyles()
    for await (const element of elementsIn(watched.read(SHARED_STYLES), OdfStyles.elements))
      styles.add(element)
    await read({ zip: watched, styles, text: new OdfText(watched, styles, kinds) }, out)
  }
}
