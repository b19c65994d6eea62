import { describe, expect, it } from 'vitest'
import { readOffice, takeText } from '#components/chat/files/office/read-office.ts'
import { docxParts, type Parts, paragraph, relationsPart, wordPart, zipOf } from '#tests/support/office.ts'

const signal = new AbortController().signal
const take = (file: Blob, more: Partial<Parameters<typeof takeText>[1]> = {}) =>
  takeText(file, { maxBytes: 1_000_000, signal, ...more })
const takeParts = async (parts: Parts, more?: Partial<Parameters<typeof takeText>[1]>) =>
  await take(await zipOf(parts), more)

describe('a document that cannot be read says why', () => {
  it('when it unfolds to far more than a document, however small it claims to be', async () => {
    const limits = { maxEntries: 50, maxUnpackedBytes: 200_000 }
    const bomb = await zipOf(docxParts(`<w:p>${' '.repeat(10_000_000)}</w:p>`))
    expect(bomb.size).toBeLessThan(20_000)
    let progress = 0
    const onProgress = (share: number) => {
      progress = share
    }
    expect(await take(bomb, { limits, onProgress })).toEqual({ reason: 'unfolds' })
    // It was stopped on the way.
    expect(progress).toBeLessThan(0.1)

    const crowd = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`media/${at}.png`, 'x']))
    expect(await takeParts(docxParts(paragraph('a'), crowd), { limits })).toEqual({ reason: 'unfolds' })
    const beside = { 'word/media/image1.bmp': ' '.repeat(5_000_000) }
    expect(await takeParts(docxParts(paragraph('a'), beside), { limits })).toEqual({ text: 'a\n' })
  })

  it('when its text is longer than a text may be, in bytes', async () => {
    const parts = docxParts(paragraph('中'.repeat(500)))
    expect(await takeParts(parts, { maxBytes: 1_400 })).toEqual({ reason: 'longText' })
    expect(await takeParts(parts, { maxBytes: 1_501 })).toHaveProperty('text')
  })

  it('when it wants a password, or is of an old kind under a new name', async () => {
    const compound = (content: string) =>
      new Blob([
        new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        new Uint8Array(2_000),
        new Uint8Array(Uint16Array.from([...content].map((c) => c.charCodeAt(0))).buffer),
      ])
    expect(await take(compound('Root Entry EncryptionInfo EncryptedPackage'))).toEqual({ reason: 'locked' })
    expect(await take(compound('Root Entry WordDocument'))).toEqual({ reason: 'office' })
    const locked = await zipOf(docxParts(paragraph('a')), { password: 'x', zipCrypto: true })
    expect(await take(locked)).toEqual({ reason: 'locked' })
  })

  it('when it is broken: cut off, changed, or no XML', async () => {
    const whole = new Uint8Array(
      await (await zipOf(docxParts(paragraph('words '.repeat(999))))).arrayBuffer(),
    )
    expect(await take(new Blob([whole.subarray(0, whole.length / 2)]))).toEqual({ reason: 'broken' })
    const changed = whole.slice()
    changed.fill(0, 700, 900)
    expect(await take(new Blob([changed]))).toEqual({ reason: 'broken' })
    const unclosed = docxParts('', { 'word/document.xml': '<w:document><w:body><w:p>' })
    expect(await takeParts(unclosed)).toEqual({ reason: 'broken' })
    const deep = docxParts('<w:p>'.repeat(50_000))
    expect(await takeParts(deep)).toEqual({ reason: 'broken' })
  })

  it('when there is no text in it, and when it is something else in a ZIP', async () => {
    expect(await takeParts(docxParts(paragraph('')))).toEqual({ reason: 'noText' })
    expect(await takeParts({ 'Index/Document.iwa': 'pages' })).toEqual({ reason: 'office' })
  })
})

it('knows no entities but those of XML, which neither unfold nor load anything', async () => {
  const entities = `<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "https://example.com/x">`
  const body = (entity: string) =>
    `<!DOCTYPE d [${entities}]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&${entity};</w:t></w:r></w:p></w:body></w:document>`
  for (const entity of ['b', 'c']) {
    expect(await takeParts(docxParts('', { 'word/document.xml': body(entity) }))).toEqual({
      reason: 'broken',
    })
  }
  expect(await takeParts(docxParts('', { 'word/document.xml': body('lt') }))).toEqual({ text: '<\n' })
})

it('bears spans, levels and styles that no program writes', async () => {
  const cell =
    '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>'
  const circle = wordPart(
    'styles',
    '<w:style w:styleId="1"><w:basedOn w:val="2"/></w:style><w:style w:styleId="2"><w:basedOn w:val="1"/></w:style>',
  )
  const body = `<w:tbl><w:tr>${cell}${cell}</w:tr></w:tbl>${paragraph('y', '<w:pStyle w:val="1"/><w:numPr><w:ilvl w:val="-7"/><w:numId w:val="99"/></w:numPr>')}`
  const { text } = (await takeParts(
    docxParts(body, {
      'word/styles.xml': circle,
      'word/_rels/document.xml.rels': relationsPart(['styles', 'styles.xml']),
    }),
  )) as { text: string }
  expect(text.length).toBeLessThan(1_000)
  expect(text).toContain('y')
})

it('leaves what is no document but for its name as it is', async () => {
  const table = new Blob(['<table><tr><td>报表</td></tr></table>'])
  expect(await readOffice(table, { maxBytes: 1_000, signal })).toBeNull()
})

it('ends when it is no longer wanted', async () => {
  const reading = new AbortController()
  const file = await zipOf(docxParts(paragraph('words '.repeat(500_000))))
  const onProgress = () => reading.abort()
  const taken = readOffice(file, { maxBytes: 9_000_000, signal: reading.signal, onProgress })
  await expect(taken).rejects.toThrow('aborted')
})
