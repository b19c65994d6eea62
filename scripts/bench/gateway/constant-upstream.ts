import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Message, MessageReader } from './message-reader.ts'
import { onCommand, tellParent } from './parent-process.ts'
import {
  ANSWER,
  CALL_BODY,
  DONE_TEXT,
  EVENT_PERIOD_MS,
  eventsAskedFor,
  eventText,
  nowUs,
  STREAM_HEAD,
} from './traffic.ts'

/**
 * A program: the fastest upstream that still looks at what it is sent. Every call with a whole body gets the same
 * answer, or as many events as its query asks for, 20 a second.
 */

const WRONG = Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')
const BODY_BYTES = Buffer.byteLength(CALL_BODY)

class EventStream {
  readonly #socket: Socket
  readonly #events: number
  readonly #closes: boolean
  #next = 0

  constructor(socket: Socket, events: number, closes: boolean) {
    this.#socket = socket
    this.#events = events
    this.#closes = closes
    socket.write(STREAM_HEAD)
  }

  /** False when there is nothing more to write. */
  write(): boolean {
    if (this.#socket.destroyed) return false
    if (this.#next < this.#events) {
      this.#socket.write(inChunk(eventText(this.#next++, nowUs())))
      return true
    }
    this.#socket.write(`${inChunk(DONE_TEXT)}0\r\n\r\n`)
    if (this.#closes) this.#socket.end()
    return false
  }
}

const inChunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

/** Streams take turns over the period, a few in each millisecond, as they would if people had started them. */
const turns = Array.from({ length: EVENT_PERIOD_MS }, () => new Set<EventStream>())
let begun = 0
let turn = 0
const startMs = performance.now()

function writeDueEvents(): void {
  const dueTurn = Math.floor(performance.now() - startMs)
  for (; turn <= dueTurn; turn++) {
    const streams = turns[turn % EVENT_PERIOD_MS]
    for (const stream of streams ?? []) if (!stream.write()) streams?.delete(stream)
  }
}
setInterval(writeDueEvents, 1)

function respond(socket: Socket, { head, bodyBytes, closes }: Message): void {
  const events = eventsAskedFor(head)
  if (bodyBytes !== BODY_BYTES) socket.write(WRONG)
  else if (events > 0) turns[begun++ % EVENT_PERIOD_MS]?.add(new EventStream(socket, events, closes))
  else socket.write(ANSWER)
  if (closes && events === 0) socket.end()
}

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader((message) => respond(socket, message))
  socket.on('data', (chunk) => {
    try {
      reader.push(chunk)
    } catch {
      socket.destroy()
    }
  })
  socket.on('error', () => socket.destroy())
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  // A server that listens on TCP has an AddressInfo.
  tellParent({ port: (server.address() as AddressInfo).port })
})
onCommand(() => undefined)
