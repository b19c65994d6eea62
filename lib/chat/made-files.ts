import type { ChatGateway } from './chat-gateway.ts'
import { ownKeyHeaders } from './chat-gateway.ts'

/** A file that code made, which lies in a container of OpenAI's for a while. */
export interface MadeFile {
  containerId: string
  fileId: string
  name: string
}

/** So long the end of an answer waits for one. */
const TIMEOUT_MS = 30_000

/** The bytes of a file that code made; null when it is not to be had, or larger than `maxBytes`. */
export async function fetchMadeFile(
  gateway: ChatGateway,
  { containerId, fileId }: MadeFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const path = `containers/${encodeURIComponent(containerId)}/files/${encodeURIComponent(fileId)}/content`
  const headers = {
    ...ownKeyHeaders(gateway),
    authorization: `Bearer ${await gateway.token()}`,
    'accept-encoding': 'identity',
  }
  const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const response = await gateway.fetch(`${gateway.baseUrl}/${path}`, { headers, signal: until })
    if (!response.ok || !response.body) return null
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of response.body) {
      bytes += chunk.length
      if (bytes > maxBytes) return null
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch {
    signal.throwIfAborted()
    return null
  }
}
