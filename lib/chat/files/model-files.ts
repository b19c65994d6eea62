import { createHash } from 'node:crypto'
import type { LanguageModelV4FilePart, LanguageModelV4TextPart as ModelText } from '@ai-sdk/provider'
import type { Database } from '../../db/schema.ts'
import type { Message } from '../contract.ts'
import { type FilePart, filesOfParts } from '../parts.ts'
import { isTextOfDocument, kindOfFile } from './file-kinds.ts'
import { type FileRow, findFile, keyOfFile } from './file-rows.ts'
import type { FileStore } from './file-store.ts'
import { imageTypeOf } from './image-looks.ts'

/** What a model can be sent besides text. */
export interface ModelSenses {
  /** Undefined: nobody knows, so upstream is to say. */
  vision?: boolean | undefined
  pdf?: boolean | undefined
}

/** The question has an image, and the model cannot see any. */
export class ModelCannotSee extends Error {
  constructor() {
    super('The model cannot see images.')
    this.name = 'ModelCannotSee'
  }
}

/** A text, or a file with its bytes. */
export type FileContent = ModelText | ModelFile
type ModelFile = LanguageModelV4FilePart & { data: { type: 'data'; data: Buffer } }

/** Upstreams take requests of about 50 MB; in Base64 these are a third longer. */
const MAX_SENT_BYTES = 32 * 1024 ** 2
/** OpenAI reads PDFs of at most so many pages. */
const MAX_PDF_PAGES = 100

/**
 * The files of a branch as a model gets them, by the id of their message. Images go as they look (those that a tool made, as
 * they are), PDFs as they are to models that read them, everything else as text. What cannot be sent is said in its place, so that the model knows.
 * Throws {@link ModelCannotSee} when that is an image of the last question.
 */
export async function filesForModel(
  deps: { db: Database; store: FileStore },
  owner: string,
  branch: readonly Message[],
  senses: ModelSenses,
): Promise<ReadonlyMap<string, FileContent[]>> {
  const contents = new Map<string, FileContent[]>()
  const lastQuestion = branch.findLast(({ role }) => role === 'user')
  let room = MAX_SENT_BYTES
  // The newest first: they are what is talked about when there is no room for all.
  for (const message of branch.toReversed()) {
    const files = filesOfParts(message.parts)
    if (files.length === 0) continue
    if (
      message === lastQuestion &&
      senses.vision === false &&
      files.some((file) => kindOfFile(file) === 'image')
    ) {
      throw new ModelCannotSee()
    }
    const sent: FileContent[] = []
    for (const part of files) {
      const content = await contentOf(deps, owner, part, senses, message.role === 'assistant')
      room -= content.type === 'file' ? content.data.data.length : 0
      sent.push(
        room < 0 && content.type === 'file'
          ? omitted(part, 'was sent earlier and does not fit again')
          : content,
      )
    }
    contents.set(message.id, sent)
  }
  return contents
}

async function contentOf(
  { db, store }: { db: Database; store: FileStore },
  owner: string,
  part: FilePart,
  senses: ModelSenses,
  isMade: boolean,
): Promise<FileContent> {
  const row = await findFile(db, owner, part.fileId)
  if (!row) return omitted(part, 'is no longer there')
  const kind = kindOfFile(part)
  if (kind === 'image' && senses.vision === false) return omitted(part, 'is an image, which you cannot see')
  const asPdf = kind === 'pdf' && senses.pdf === true && (row.pages ?? 0) <= MAX_PDF_PAGES
  // What a model made it gets back as it made it.
  const suffix = isMade || asPdf ? '' : kind === 'image' ? '.view' : '.text'
  const bytes = await store.get(keyOfFile(row) + suffix)
  if (!bytes) return omitted(part, 'is no longer there')
  if (kind === 'image') return asFile(bytes, { mediaType: imageTypeOf(bytes) ?? 'image/png' })
  if (asPdf) return asFile(bytes, { mediaType: 'application/pdf', filename: part.name })
  if (bytes.length === 0) return omitted(part, 'is a PDF of pictures, in which no text could be read')
  return { type: 'text', text: framed(part, row, bytes.toString()) }
}

const asFile = (data: Buffer, about: Pick<ModelFile, 'mediaType' | 'filename'>): ModelFile => ({
  type: 'file',
  ...about,
  data: { type: 'data', data },
})

/** A text between marks that cannot stand in it, since they are made of it. */
function framed(part: FilePart, { sha256, pages }: FileRow, text: string): string {
  const mark = createHash('sha256').update(sha256).digest('hex').slice(0, 8)
  const about =
    pages !== null
      ? `, the text of a PDF of ${pages} pages`
      : isTextOfDocument(part)
        ? ', only the text of the document, without its pictures and layout'
        : ''
  return `Attached file ${JSON.stringify(part.name)}${about}:\n----- begin ${mark} -----\n${text}\n----- end ${mark} -----`
}

const omitted = ({ name }: FilePart, why: string): ModelText => ({
  type: 'text',
  text: `[The attached file ${JSON.stringify(name)} ${why}.]`,
})
