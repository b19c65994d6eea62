import { Worker } from 'node:worker_threads'

/** A PDF that takes longer is read as far as it was. */
const TIMEOUT_MS = 20_000
const MAX_CHARS = 4_000_000
const MEMORY_MB = 512

export type PdfNews =
  | { type: 'opened'; pages: number }
  | { type: 'page'; text: string }
  | { type: 'end' }
  | { type: 'failed'; isLocked: boolean }

export interface PdfText {
  pages: number
  /** Page by page, with an empty line between; empty for a scan. */
  text: string
}

/**
 * Reads the text of a PDF, in a thread of its own: a malicious one can neither hold up the site nor take its memory. Null
 * when it cannot be opened at all; `locked` when it wants a password.
 */
export async function readPdf(bytes: Uint8Array): Promise<PdfText | 'locked' | null> {
  const worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    // The library warns of fonts it cannot draw, which nobody asked it to.
    stdout: true,
    stderr: true,
  })
  const { promise, resolve } = Promise.withResolvers<PdfText | 'locked' | null>()
  const texts: string[] = []
  let pages: number | null = null
  let chars = 0
  const finish = () => resolve(pages === null ? null : { pages, text: texts.join('\n\n').trim() })
  const timer = setTimeout(finish, TIMEOUT_MS)
  worker.on('message', (news: PdfNews) => {
    if (news.type === 'opened') pages = news.pages
    else if (news.type === 'page') {
      texts.push(news.text)
      chars += news.text.length
      if (chars > MAX_CHARS) finish()
    } else if (news.type === 'failed' && news.isLocked) resolve('locked')
    else finish()
  })
  worker.on('error', finish)
  worker.postMessage(bytes)
  worker.on('exit', finish)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
