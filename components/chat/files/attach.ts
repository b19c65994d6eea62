import type { ApiError } from '#lib/chat/contract.ts'
import { FILE_NAME_HEADER, isReadableDocument, MAX_FILES } from '#lib/chat/files/file-kinds.ts'
import { type FilePart, MAX_QUESTION_CHARS } from '#lib/chat/parts.ts'
import { newId } from '../state/new-id.ts'
import { requestJson } from '../state/run-client.ts'
import { type AttachFailure, type Attachment, shelf } from './attachments.ts'

/** Uploads files and keeps the shelf in step. Loaded when the first file comes. */

/** Uploads at a time; more would only make each slower. */
const MAX_AT_ONCE = 2
/** Somebody new becomes a guest by the first upload, and would become two by two at once. */
let isKnown = false

export interface AttachOptions {
  maxBytes: number
  /** The name of what was pasted as text; a number is added to the second. */
  pastedName: string
}

interface Source {
  /** As it is to be uploaded; of a document its text, once that was read. */
  file: File
  maxBytes: number
  isToBeRead: boolean
}

/** What is being read or uploaded or could not be, with what came of it so far. */
const sources = new Map<string, Source>()
/** Long texts that were pasted, which can still be put into the box. */
const pasted = new Map<string, File>()
const uploads = new Map<string, XMLHttpRequest>()
const readings = new Map<string, AbortController>()
/** Settled when all documents so far are read: one after the other, each sooner than beside others. */
let lastReading: Promise<unknown> = Promise.resolve()
const waiting: string[] = []

/** Puts files on the shelf and uploads them; those beyond ten are left out, which is said. */
export function attachFiles(key: string, files: readonly File[], options: AttachOptions): void {
  const before = shelf.of(key)
  const taken = files.slice(0, MAX_FILES - before.length)
  const added: Attachment[] = []
  for (const file of taken) {
    const name = file.name || freeName(options.pastedName, [...before, ...added])
    const attachment = newAttachment(file, name)
    if (file.name === '') pasted.set(attachment.id, file)
    sources.set(attachment.id, { file, maxBytes: options.maxBytes, isToBeRead: isReadableDocument(name) })
    added.push(attachment)
  }
  const left = files.length - taken.length
  shelf.set(key, [...before, ...added], left > 0 ? { kind: 'tooMany', left } : null)
  for (const { id } of added) begin(id)
}

function newAttachment(file: File, name: string): Attachment {
  const isImage = /^image\/(png|jpeg|gif|webp)$/.test(file.type)
  return {
    id: newId(),
    name,
    mediaType: file.type || 'text/plain',
    bytes: file.size,
    ...(isImage && { previewUrl: URL.createObjectURL(file) }),
    progress: 0,
    file: null,
    failure: null,
  }
}

/** `Pasted.txt`, `Pasted 2.txt` … */
function freeName(name: string, taken: readonly Attachment[]): string {
  const [, stem = name, ending = ''] = /^(.*)(\.\w+)$/.exec(name) ?? []
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${stem} ${number}${ending}`
    if (!taken.some((one) => one.name === candidate)) return candidate
  }
}

/** Tries again what failed. */
export function retryUpload(id: string): void {
  if (!sources.has(id)) return
  shelf.change(id, { failure: null, progress: 0 })
  begin(id)
}

const WORTH_A_TRY: readonly AttachFailure['reason'][] = ['network', 'full', 'busy', 'refused']

/** Whether another try may help; not after a reload either, when the browser no longer has the file. */
export const canRetry = ({ id, failure }: Attachment) =>
  failure !== null && sources.has(id) && WORTH_A_TRY.includes(failure.reason)

/** The text that was pasted as this file, if it was; null too when it is longer than a message may be. */
export function pastedText(id: string): Promise<string> | null {
  const file = pasted.get(id)
  return file && file.size <= MAX_QUESTION_CHARS ? file.text() : null
}

/** Takes a file away, at the site as well if no other composer of this browser has it. */
export function removeAttachment(key: string, id: string): void {
  const list = shelf.of(key)
  const removed = list.find((one) => one.id === id)
  shelf.set(
    key,
    list.filter((one) => one.id !== id),
  )
  uploads.get(id)?.abort()
  readings.get(id)?.abort()
  forget(id)
  if (removed?.previewUrl) URL.revokeObjectURL(removed.previewUrl)
  const fileId = removed?.file?.fileId
  const isElsewhere = shelf
    .keysOf()
    .some((other) => shelf.of(other).some(({ file }) => file?.fileId === fileId))
  if (fileId === undefined || isElsewhere) return
  // What was sent before stays; what was not is collected a day later, should this get lost.
  void requestJson(`/api/files/${fileId}`, { method: 'DELETE' }).catch(() => undefined)
}

/** Marks those that the site no longer has. */
export async function checkAttachments(key: string): Promise<void> {
  for (const { id, file } of shelf.of(key)) {
    if (!file) continue
    const response = await fetch(`/api/files/${file.fileId}`, { method: 'HEAD' }).catch(() => null)
    if (response?.status === 404) shelf.change(id, { file: null, failure: { reason: 'gone' } })
  }
}

function begin(id: string): void {
  const source = sources.get(id)
  if (!source) return
  if (!source.isToBeRead || source.file.size === 0) {
    upload(id)
    return
  }
  const reading = new AbortController()
  readings.set(id, reading)
  shelf.change(id, { isBeingRead: true })
  watchLeaving()
  lastReading = lastReading.then(() => takeText(id, source, reading))
}

/** Puts the text of a document in its place, and uploads that. */
async function takeText(id: string, { file, maxBytes }: Source, reading: AbortController): Promise<void> {
  const { signal } = reading
  // The code for it may not come, which is no fault of the document.
  const office = signal.aborted ? null : await import('./office/read-office.ts').catch(() => null)
  let percent = 0
  const onProgress = (share: number) => {
    // A long document tells it thousands of times, and the list is drawn at each change.
    if (Math.floor(share * 100) === percent) return
    percent = Math.floor(share * 100)
    shelf.change(id, { progress: share })
  }
  const taken = office
    ? await office.takeText(file, { maxBytes, signal, onProgress })
    : { reason: 'network' as const }
  // It may have been taken away, and even come back since.
  if (readings.get(id) === reading) readings.delete(id)
  watchLeaving()
  if (signal.aborted) return
  if ('reason' in taken) {
    fail(id, taken)
    return
  }
  const text = taken.text === null ? file : new File([taken.text], file.name)
  sources.set(id, { file: text, maxBytes, isToBeRead: false })
  shelf.change(id, { isBeingRead: false, progress: 0, bytes: text.size })
  upload(id)
}

function upload(id: string): void {
  const source = sources.get(id)
  if (!source) return
  if (source.file.size > source.maxBytes) fail(id, { reason: 'tooLarge' })
  else if (source.file.size === 0) fail(id, { reason: 'empty' })
  else if (uploads.size >= (isKnown ? MAX_AT_ONCE : 1)) waiting.push(id)
  else start(id, source.file)
}

function start(id: string, file: File): void {
  // Not `fetch`, which does not tell how far a body has come.
  const request = new XMLHttpRequest()
  uploads.set(id, request)
  request.open('POST', '/api/files')
  const name = nameOf(id) ?? file.name
  request.setRequestHeader(FILE_NAME_HEADER, encodeURIComponent(name))
  request.setRequestHeader('content-type', 'application/octet-stream')
  request.responseType = 'json'
  request.upload.onprogress = ({ loaded, total }) =>
    shelf.change(id, { progress: total > 0 ? loaded / total : 0 })
  request.onload = () => {
    if (request.status === 201) {
      isKnown = true
      // The site's own answer, whose shape is the contract both sides are compiled against.
      const kept = request.response as FilePart
      shelf.change(id, {
        file: kept,
        mediaType: kept.mediaType,
        bytes: kept.bytes,
        progress: 1,
        failure: null,
      })
      sources.delete(id)
    } else fail(id, failureOf(name, request.status, request.response))
  }
  request.onerror = () => void failUnsent(id, file)
  request.onloadend = () => {
    uploads.delete(id)
    watchLeaving()
    next()
  }
  watchLeaving()
  request.send(file)
}

function nameOf(id: string): string | undefined {
  for (const key of shelf.keysOf()) {
    const found = shelf.of(key).find((one) => one.id === id)
    if (found) return found.name
  }
  return undefined
}

function next(): void {
  while (waiting.length > 0 && uploads.size < (isKnown ? MAX_AT_ONCE : 1)) {
    const id = waiting.shift() ?? ''
    const source = sources.get(id)
    if (source) start(id, source.file)
  }
}

function forget(id: string): void {
  sources.delete(id)
  pasted.delete(id)
  const at = waiting.indexOf(id)
  if (at >= 0) waiting.splice(at, 1)
}

function fail(id: string, failure: AttachFailure): void {
  shelf.change(id, { failure, isBeingRead: false })
}

/** What a browser cannot read (a folder, or what is no longer where it was) ends an upload like a broken connection. */
async function failUnsent(id: string, file: File): Promise<void> {
  const isReadable = await file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )
  fail(id, { reason: isReadable ? 'network' : 'unreadable' })
}

const REASONS: Record<string, AttachFailure['reason']> = {
  too_large: 'tooLarge',
  file_kind: 'kind',
  file_empty: 'empty',
  file_broken: 'broken',
  file_locked: 'locked',
  files_full: 'full',
  busy: 'busy',
}

/** Documents of office programs that are not read, all of which can be saved as a PDF. */
const OFFICE = /\.(docx?|pptx?|xlsx?|xlsb|od[gtsp]|pages|key|numbers|wps|et|dps|rtfd)$/i

/** As what a document that is not read is to be saved. */
export function savedInstead(name: string): string {
  if (/\.(doc[xm]?|odt|wps|pages)$/i.test(name)) return '.docx / PDF'
  if (/\.(xls[xmb]?|ods|et|numbers)$/i.test(name)) return '.xlsx / PDF'
  return /\.(ppt[xm]?|odp|dps|key)$/i.test(name) ? '.pptx / PDF' : 'PDF'
}

/** Why the site did not take the file of this `name`. */
export function failureOf(name: string, status: number, body: Partial<ApiError> | null): AttachFailure {
  const { code = '', message } = body?.error ?? {}
  const known = REASONS[code] ?? (status === 413 ? 'tooLarge' : 'refused')
  const reason = known === 'kind' && OFFICE.test(name) ? 'office' : known
  return { reason, ...(message !== undefined && { detail: message }) }
}

const onLeaving = (event: BeforeUnloadEvent) => event.preventDefault()

/** A page that is left takes its uploads with it, so the browser asks first. */
function watchLeaving(): void {
  if (uploads.size + readings.size > 0) window.addEventListener('beforeunload', onLeaving)
  else window.removeEventListener('beforeunload', onLeaving)
}
