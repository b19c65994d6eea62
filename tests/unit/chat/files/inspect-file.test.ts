import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { inspectFile } from '#lib/chat/files/inspect-file.ts'
import { readText } from '#lib/chat/files/read-text.ts'
import { drawing, pdf, photo } from '#tests/support/files.ts'

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()

describe('a file is looked into', () => {
  it('knows an image by its content, and shows it upright and without where it was taken', async () => {
    const bytes = await photo(640, 480)
    expect((await sharp(bytes).metadata()).exif?.toString('latin1')).toContain('Mirrorless')
    const { mediaType, width, height, beside } = await inspectFile(bytes)
    expect({ mediaType, width, height }).toEqual({ mediaType: 'image/jpeg', width: 480, height: 640 })
    for (const look of [beside.view, beside.thumb]) {
      const { exif, orientation, width, height } = await sharp(look).metadata()
      expect({ exif, orientation, portrait: height > width }).toEqual({ portrait: true })
      expect(Buffer.from(look ?? []).includes('Mirrorless')).toBe(false)
    }
  })

  it('keeps what is clear in a drawing clear, and makes large images smaller', async () => {
    const { beside, width } = await inspectFile(await drawing(3000, 100))
    expect(width).toBe(3000)
    expect(await sharp(beside.view).metadata()).toMatchObject({ format: 'png', hasAlpha: true, width: 2048 })
    expect(await sharp(beside.thumb).metadata()).toMatchObject({ format: 'webp', width: 480 })
  })

  it.each(['webp', 'gif'] as const)('takes %s', async (format) => {
    const bytes = await sharp(await drawing())
      .toFormat(format)
      .toBuffer()
    expect(await inspectFile(bytes)).toMatchObject({ mediaType: `image/${format}`, width: 300, height: 200 })
  })

  it('reads a PDF page by page, and knows one without text', async () => {
    const read = await inspectFile(pdf('First page.', 'Second page.'))
    expect(read).toMatchObject({ mediaType: 'application/pdf', pages: 2 })
    expect(textOf(read.beside.text)).toBe('First page.\n\nSecond page.')
    expect(await inspectFile(pdf(''))).toMatchObject({ pages: 1, textChars: 0 })
  })

  it('refuses what is broken, empty, or of another kind, whatever its name would be', async () => {
    const broken = (await photo()).subarray(0, 700)
    const code = (bytes: Uint8Array) =>
      inspectFile(bytes).then(
        () => 'taken',
        (error) => error.code,
      )
    expect(await code(broken)).toBe('file_broken')
    expect(await code(Buffer.from('%PDF-1.7 and nothing of one'))).toBe('file_broken')
    expect(await code(Buffer.alloc(0))).toBe('file_empty')
    expect(await code(Buffer.from('PK\u0003\u0004 a ZIP'))).toBe('file_kind')
    expect(await code(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]))).toBe('file_kind')
  })

  it('refuses an image that would unfold to more than the machine can hold, before it does', async () => {
    const bytes = await drawing(10, 10)
    bytes.writeUInt32BE(40_000, 16)
    bytes.writeUInt32BE(40_000, 20)
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
    await expect(inspectFile(bytes)).rejects.toMatchObject({ code: 'file_broken' })
  })

  it('takes markup and scripts for the text they are', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    expect(await inspectFile(Buffer.from(svg))).toMatchObject({ mediaType: 'text/plain' })
  })
})

describe('a text is read', () => {
  it('in the encodings people have, Chinese Windows included', () => {
    expect(readText(Buffer.from('镜子 mirror 🪞'))).toBe('镜子 mirror 🪞')
    expect(readText(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('a')
    expect(readText(Buffer.from('\ufeff镜子', 'utf16le'))).toBe('镜子')
    expect(readText(Buffer.from([0xc4, 0xe3, 0xba, 0xc3, 0xa3, 0xac, 0x6f, 0x6b]))).toBe('你好，ok')
  })

  it('as it was written', () => {
    const text = fc.string({ unit: 'binary' }).filter((text) => !/[\p{Cc}\ufeff]/u.test(text))
    const isKept = (written: string) => readText(Buffer.from(written)) === written
    fc.assert(fc.property(text, isKept), { numRuns: 50 })
  })
})
