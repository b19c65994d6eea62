/** One message of an event stream. */
export interface SseMessage {
  id: string
  data: string
}

/**
 * Reads an event stream (HTML Standard, 9.2.6) from bytes that may be cut anywhere, inside a character or a line end
 * too. Calls `onMessage` for each message with data; comments, event names and an unfinished message are dropped.
 */
export function createSseParser(onMessage: (message: SseMessage) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder()
  let buffer = ''
  let id = ''
  let data: string[] = []

  const takeLine = (line: string) => {
    if (line === '') {
      if (data.length > 0) onMessage({ id, data: data.join('\n') })
      data = []
      return
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'id') id = value
  }

  return (bytes) => {
    buffer += decoder.decode(bytes, { stream: true })
    for (;;) {
      const end = buffer.search(/[\r\n]/)
      // A CR that ends the buffer may be half of a CRLF; it waits for what follows.
      if (end < 0 || (buffer[end] === '\r' && end === buffer.length - 1)) return
      const next = buffer.startsWith('\r\n', end) ? end + 2 : end + 1
      takeLine(buffer.slice(0, end))
      buffer = buffer.slice(next)
    }
  }
}
