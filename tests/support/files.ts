import sharp from 'sharp'
import type { FileStore } from '#lib/chat/files/file-store.ts'

/** Files as people have them, made here. */

/** A JPEG as a phone takes it: lying on its side, with the camera and the place in it. */
export async function photo(width = 640, height = 480): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background: '#6a8caf' } })
    .jpeg()
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: 'Mirrorless' },
      IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' },
    })
    .toBuffer()
}

export async function drawing(width = 300, height = 200, background = '#00000000'): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer()
}

/** A PDF with a page for each text; without one, a page that is blank. */
export function pdf(...texts: string[]): Buffer {
  const pages = texts.length > 0 ? texts : ['']
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, i) => `${4 + i * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((text, i) => {
      const content = text === '' ? '' : `BT /F1 24 Tf 72 700 Td (${text}) Tj ET`
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + i * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ]
    }),
  ]
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const at = body.length
    body += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  body += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.from(body, 'latin1')
}

/** A store in memory; `keys` tells what lies in it. */
export function memoryStore(): FileStore & { keys(): string[] } {
  const blobs = new Map<string, Buffer>()
  return {
    keys: () => [...blobs.keys()],
    put: async (key, bytes) => void blobs.set(key, Buffer.from(bytes)),
    get: async (key) => blobs.get(key) ?? null,
    remove: async (keys) => keys.forEach((key) => void blobs.delete(key)),
  }
}
