import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf, savedInstead } from '#components/chat/files/attach.ts'
import { AttachmentShelf } from '#components/chat/files/attachments.ts'
import { filesOfClipboard } from '#components/chat/files/pasted-files.ts'
import { isReadableDocument, savedName } from '#lib/chat/files/file-kinds.ts'
import type { FilePart } from '#lib/chat/parts.ts'

const file = (fileId: string): FilePart => ({
  type: 'file',
  fileId,
  name: `${fileId}.txt`,
  mediaType: 'text/plain',
  bytes: 1,
})
const idsOf = (shelf: AttachmentShelf, key: string) => shelf.of(key).map((one) => one.file?.fileId)

describe('files that wait in composers', () => {
  let storage: Map<string, string>
  beforeEach(() => {
    storage = new Map()
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => storage.get(name) ?? null,
      setItem: (name: string, value: string) => storage.set(name, value),
      removeItem: (name: string) => storage.delete(name),
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('outlive the page, each with its conversation, as far as the site has them', () => {
    const before = new AttachmentShelf()
    before.putBack('a', [file('1'), file('2')])
    before.putBack('b', [file('3')])
    const [uploading] = before.of('b')
    if (uploading) before.set('b', [...before.of('b'), { ...uploading, id: 'x', file: null, progress: 0.5 }])
    const after = new AttachmentShelf()
    expect([idsOf(after, 'a'), idsOf(after, 'b'), idsOf(after, 'c')]).toEqual([['1', '2'], ['3'], []])
  })

  it('are handed out once, and come back in front of those that came meanwhile', () => {
    const shelf = new AttachmentShelf()
    shelf.putBack('new', [file('1')])
    const taken = shelf.take('new')
    expect([taken.map(({ fileId }) => fileId), shelf.take('new')]).toEqual([['1'], []])
    // The first question opens its conversation, and what is attached then lies there.
    shelf.putBack('c', [file('2')])
    shelf.move('c', 'new')
    shelf.putBack('new', taken)
    expect([idsOf(shelf, 'new'), idsOf(shelf, 'c')]).toEqual([['1', '2'], []])
    expect(idsOf(new AttachmentShelf(), 'new')).toEqual(['1', '2'])
  })

  it('say that one has to wait only as long as one has to', () => {
    const shelf = new AttachmentShelf()
    shelf.putBack('a', [file('1')])
    const [ready] = shelf.of('a')
    if (!ready) throw new Error('it was put there')
    shelf.set('a', [{ ...ready, file: null }], { kind: 'wait' })
    shelf.change(ready.id, { progress: 0.7 })
    expect(shelf.noteOf('a')).toEqual({ kind: 'wait' })
    shelf.change(ready.id, { file: file('1') })
    expect(shelf.noteOf('a')).toBeNull()
  })
})

describe('what of a paste is attached', () => {
  const clipboard = (text: string, ...files: File[]) =>
    ({ files, getData: () => text }) as unknown as DataTransfer // all that is read of it
  const png = new File(['x'], 'image.png', { type: 'image/png' })
  const names = (data: DataTransfer) => filesOfClipboard(data).map(({ name }) => name)

  it.each([
    ['an image alone', clipboard('', png), ['image.png']],
    ['files whose names come along', clipboard('/pictures/image.png\n', png), ['image.png']],
    ['a text with a picture of it', clipboard('From a word processor', png), []],
    ['a text', clipboard('word '.repeat(2_000)), []],
    ['a text that nobody reads in the box', clipboard('word '.repeat(2_001)), ['']],
  ])('%s', (_, data, expected) => {
    expect(names(data)).toEqual(expected)
  })
})

it('says of office documents that are not read as what they can be saved, and of other kinds what they are not', () => {
  const body = { error: { code: 'file_kind', message: 'No.' } }
  const reasonOf = (name: string) => failureOf(name, 415, body).reason
  expect(['合同.doc', 'Talk.PPT', '报表.et'].map(reasonOf)).toEqual(['office', 'office', 'office'])
  expect(['合同.doc', '报表.et', 'Talk.key', 'a.rtfd'].map(savedInstead)).toEqual([
    '.docx / PDF',
    '.xlsx / PDF',
    '.pptx / PDF',
    'PDF',
  ])
  expect(['program.exe', 'docx', 'song.mp3'].map(reasonOf)).toEqual(['kind', 'kind', 'kind'])
  expect(failureOf('a.docx', 413, null).reason).toBe('tooLarge')
})

it('reads the text of documents by their names, the newer ones only', () => {
  const names = [
    '合同.DOCX',
    'a.docm',
    'a.xlsx',
    'a.xltm',
    'a.pptx',
    'a.ppsx',
    'a.potx',
    'a.odt',
    'a.OTS',
    'a.odp',
  ]
  expect(names.filter(isReadableDocument)).toEqual(names)
  expect(
    ['a.doc', 'a.xls', 'a.xlsb', 'a.ppt', 'a.odg', 'docx', 'a.docx.txt'].filter(isReadableDocument),
  ).toEqual([])
})

it('saves the text of a document under a name that opens', () => {
  const named = (name: string, mediaType: string) => savedName({ name, mediaType })
  expect(named('合同.docx', 'text/plain')).toBe('合同.docx.txt')
  expect([named('a.md', 'text/plain'), named('a.docx', 'application/pdf')]).toEqual(['a.md', 'a.docx'])
})
