import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

/** A PNG of 640 × 480: light on glass, in a colour that belongs to the text. The same text gives the same bytes. */
export function drawImage(text: string, { width = 640, height = 480 } = {}): Buffer {
  const [hue = 0, lean = 0] = createHash('sha256').update(text).digest()
  const rows = Buffer.alloc((1 + width * 3) * height) // each row begins with its filter, 0 for none
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = (x / width + (y / height) * (lean / 255)) / 2
      const down = y / height
      const at = y * (1 + width * 3) + 1 + x * 3
      for (let channel = 0; channel < 3; channel++) {
        const wave = Math.sin((hue / 255 + across + channel / 3) * Math.PI * 2)
        rows[at + channel] = Math.round(150 + 55 * wave + 45 * (1 - down))
      }
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8) // eight bits a channel, RGB
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
