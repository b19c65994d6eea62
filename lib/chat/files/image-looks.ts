import type { Sharp } from 'sharp'

/** Larger images are refused: a small file can unfold to more memory than the machine has. */
const MAX_PIXELS = 120_000_000
/** OpenAI scales larger images down to this itself. */
const VIEW_PX = 2048
const THUMB_PX = 480
/** A picture that is larger as PNG is a photograph. */
const MAX_PNG_BYTES = 4 * 1024 ** 2

/** Comes with the first image: it is large, and many sites never see one. */
async function loadSharp() {
  const { default: sharp } = await import('sharp')
  // The site answers people on the same processors.
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

/** An image as others may see it: upright, without the place and the camera it was taken with, as plain PNG or JPEG. */
export interface ImageLooks {
  width: number
  height: number
  /** What a model is sent, and what opens large. */
  view: { bytes: Buffer; mediaType: 'image/png' | 'image/jpeg' }
  /** WebP. */
  thumb: Buffer
}

const SIGNATURES: readonly (readonly [mediaType: string, pattern: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
]

/** The media type of an image of a kind that can be attached, by its first bytes; undefined for everything else. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return SIGNATURES.find(([, pattern]) => pattern.test(head))?.[0]
}

/** Makes the looks of an image; of an animation, those of its first picture. Throws when it is broken or too large. */
export async function makeLooks(bytes: Uint8Array): Promise<ImageLooks> {
  const sharp = await loadSharp()
  const open = () => sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 }).autoOrient()
  const { format, hasAlpha, autoOrient } = await open().metadata()
  const isDrawn = format !== 'jpeg' && (format !== 'webp' || hasAlpha)
  const view = await makeView(
    open().resize({ width: VIEW_PX, height: VIEW_PX, fit: 'inside', withoutEnlargement: true }),
    isDrawn,
  )
  const thumb = await sharp(view.bytes)
    .resize({ width: THUMB_PX, height: THUMB_PX, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer()
  return { width: autoOrient.width, height: autoOrient.height, view, thumb }
}

/** A small picture of an image as a `data:` URL; null when it is broken or too large. */
export async function previewOf(bytes: Uint8Array): Promise<string | null> {
  try {
    const sharp = await loadSharp()
    const small = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
      .resize({ width: THUMB_PX, height: THUMB_PX, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 70 })
      .toBuffer()
    return `data:image/webp;base64,${small.toString('base64')}`
  } catch {
    return null
  }
}

/** sharp writes no metadata unless it is asked to, and turns colours to sRGB. */
async function makeView(image: Sharp, isDrawn: boolean): Promise<ImageLooks['view']> {
  if (isDrawn) {
    const bytes = await image.clone().png().toBuffer()
    if (bytes.length <= MAX_PNG_BYTES) return { bytes, mediaType: 'image/png' }
  }
  const bytes = await image.flatten({ background: '#fff' }).jpeg({ quality: 88 }).toBuffer()
  return { bytes, mediaType: 'image/jpeg' }
}
