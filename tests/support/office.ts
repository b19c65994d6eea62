import {
  BlobReader,
  TextReader,
  Uint8ArrayWriter,
  ZipWriter,
  type ZipWriterAddDataOptions,
} from '@zip.js/zip.js'

/** Documents as office programs write them, made here part by part. */

export type Parts = Readonly<Record<string, string | Blob>>

/** A ZIP of these parts. */
export async function zipOf(parts: Parts, options: ZipWriterAddDataOptions = {}): Promise<Blob> {
  const zip = new ZipWriter(new Uint8ArrayWriter())
  for (const [path, content] of Object.entries(parts)) {
    const reader = typeof content === 'string' ? new TextReader(content) : new BlobReader(content)
    await zip.add(path, reader, options)
  }
  return new Blob([new Uint8Array(await zip.close())])
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A part of relations: `rId1` and so on, each of a type with its target; an address is elsewhere. */
export function relationsPart(...relations: readonly (readonly [type: string, target: string])[]): string {
  const all = relations.map(([type, target], at) => {
    const mode = target.includes('://') ? ' TargetMode="External"' : ''
    return `<Relationship Id="rId${at + 1}" Type="${RELATIONS}/${type}" Target="${target}"${mode}/>`
  })
  return `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`
}

/** What every document of this family has: the types of its parts, and which of them is the main one. */
export function packageOf(main: string, type: string, parts: Parts): Parts {
  return {
    '[Content_Types].xml': `${DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${main}" ContentType="application/vnd.${type}.main+xml"/></Types>`,
    '_rels/.rels': relationsPart(['officeDocument', main]),
    ...parts,
  }
}

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

/** A part of a text document: its root with what is in it. */
export const wordPart = (root: string, content: string) =>
  `${DECLARATION}<w:${root} ${WORD} xmlns:r="${RELATIONS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">${content}</w:${root}>`

const WORD_TYPE = 'openxmlformats-officedocument.wordprocessingml.document'

/** The parts of a text document with this body, as Word names them. */
export function docxParts(body: string, parts: Parts = {}): Parts {
  return packageOf('word/document.xml', WORD_TYPE, {
    'word/document.xml': wordPart('document', `<w:body>${body}<w:sectPr/></w:body>`),
    ...parts,
  })
}

export const paragraph = (text: string, properties = '') =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`

const SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

/** A part of a workbook: its root with what is in it. */
export const sheetPart = (root: string, content: string) =>
  `${DECLARATION}<${root} ${SHEET} xmlns:r="${RELATIONS}">${content}</${root}>`

/** The parts of a workbook with these sheets, each with its rows as Excel writes them. */
export function xlsxParts(
  sheets: readonly { name: string; rows: string; state?: string }[],
  { properties = '', ...parts }: Parts & { properties?: string } = {},
): Parts {
  const list = sheets.map(({ name, state = 'visible' }, at) => {
    return `<sheet name="${name}" sheetId="${at + 7}" state="${state}" r:id="rId${at + 1}"/>`
  })
  const targets = sheets.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`] as const)
  const type = 'openxmlformats-officedocument.spreadsheetml.sheet'
  return packageOf('xl/workbook.xml', type, {
    'xl/workbook.xml': sheetPart('workbook', `<workbookPr ${properties}/><sheets>${list.join('')}</sheets>`),
    'xl/_rels/workbook.xml.rels': relationsPart(
      ...targets,
      ['sharedStrings', 'sharedStrings.xml'],
      ['styles', '/xl/styles.xml'],
    ),
    ...Object.fromEntries(
      sheets.map(({ rows }, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        sheetPart('worksheet', `<sheetData>${rows}</sheetData>`),
      ]),
    ),
    ...parts,
  })
}

/** A part of a presentation: its root with what is in it. */
export const slidePart = (root: string, content: string, attributes = '') =>
  `${DECLARATION}<p:${root} xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${RELATIONS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" ${attributes}>${content}</p:${root}>`

/** The parts of a presentation with these slides, in the order in which they are shown. */
export function pptxParts(
  slides: readonly { shapes: string; attributes?: string }[],
  parts: Parts = {},
): Parts {
  // PowerPoint keeps the names of slides that are moved about: the last part comes first.
  const last = slides.length
  const ids = slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${last - at}"/>`)
  const targets = slides.map((_, at) => ['slide', `slides/slide${at + 1}.xml`] as const)
  const type = 'openxmlformats-officedocument.presentationml.presentation'
  return packageOf('ppt/presentation.xml', type, {
    'ppt/presentation.xml': slidePart('presentation', `<p:sldIdLst>${ids.join('')}</p:sldIdLst>`),
    'ppt/_rels/presentation.xml.rels': relationsPart(...targets),
    ...Object.fromEntries(
      slides.map(({ shapes, attributes }, at) => [
        `ppt/slides/slide${last - at}.xml`,
        slidePart('sld', `<p:cSld><p:spTree>${shapes}</p:spTree></p:cSld>`, attributes),
      ]),
    ),
    ...parts,
  })
}

/** A shape with these paragraphs, in a place of the layout if it has one. */
export const shape = (paragraphs: string, place?: string) =>
  `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:nvPr>${place === undefined ? '' : `<p:ph ${place}/>`}</p:nvPr></p:nvSpPr><p:txBody><a:bodyPr/>${paragraphs}</p:txBody></p:sp>`

/** What LibreOffice names its parts by; prefixes are its own, as in every program. */
const ODF = ['office', 'text', 'table', 'draw', 'presentation', 'style', 'manifest'].map(
  (name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
)
const ODF_NAMES = `${ODF.join(' ')} xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:math="http://www.w3.org/1998/Math/MathML" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"`

export interface OdfParts {
  /** What stands in the body. */
  body: string
  /** Styles of this document alone. */
  automatic?: string
  /** Styles with names. */
  styles?: string
  /** Entries of the manifest beside the document. */
  entries?: string
  parts?: Parts
}

/** The parts of a document of OpenDocument, as LibreOffice writes them. */
export function odfParts(kind: 'text' | 'spreadsheet' | 'presentation', document: OdfParts): Parts {
  const { body, automatic = '', styles = '', entries = '', parts = {} } = document
  const part = (root: string, content: string) =>
    `${DECLARATION}<office:${root} ${ODF_NAMES} office:version="1.3">${content}</office:${root}>`
  const type = `application/vnd.oasis.opendocument.${kind}`
  return {
    mimetype: type,
    'META-INF/manifest.xml': `${DECLARATION}<manifest:manifest ${ODF_NAMES}><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/>${entries}</manifest:manifest>`,
    'styles.xml': part(
      'document-styles',
      `<office:styles>${styles}</office:styles><office:master-styles><style:master-page><style:header><text:p>on every page</text:p></style:header></style:master-page></office:master-styles>`,
    ),
    'content.xml': part(
      'document-content',
      `<office:automatic-styles>${automatic}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body>`,
    ),
    ...parts,
  }
}
