import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { getDocumentProxy } from 'unpdf'
import type { PdfNews } from './read-pdf.ts'

/** The thread of `read-pdf.ts`: gets a PDF as its one message, and tells each page's text as it is read. */

if (!parentPort) throw new Error('This is a worker thread.')
const port = parentPort
const tell = (news: PdfNews) => port.postMessage(news)

try {
  // Not its `workerData`, which bundlers have a use for.
  const [bytes]: Uint8Array[] = await once(port, 'message')
  const pdf = await getDocumentProxy(new Uint8Array(bytes ?? []))
  tell({ type: 'opened', pages: pdf.numPages })
  for (let number = 1; number <= pdf.numPages; number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent()
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
    tell({ type: 'page', text: text.trim() })
  }
  tell({ type: 'end' })
} catch (error) {
  tell({ type: 'failed', isLocked: error instanceof Error && error.name === 'PasswordException' })
}
