import { connect, type Socket } from 'node:net'
import { type Message, MessageReader } from './message-reader.ts'

/** What a connection of the load generator tells. */
export interface ConnectionEvents {
  /** The answer to the request that was sent last has ended; the connection is free for the next one. */
  onAnswer(message: Message): void
  /** The request that runs will not be answered. The connection is gone. */
  onFailure(why: string): void
  onContent?(piece: Buffer): void
}

/**
 * One caller's connection, kept alive: prebuilt bytes out, one answer at a time in. Opens itself when first used and
 * again after an answer that announced its closing.
 */
export class Connection {
  readonly #port: number
  readonly #events: ConnectionEvents
  #socket: Socket | undefined
  #running = false

  constructor(port: number, events: ConnectionEvents) {
    this.#port = port
    this.#events = events
  }

  send(request: Buffer): void {
    this.#running = true
    this.#socket ??= this.#open()
    this.#socket.write(request)
  }

  /** Drops the connection without telling anybody. */
  close(): void {
    this.#running = false
    this.#socket?.destroy()
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    const reader = new MessageReader(
      (message) => {
        this.#running = false
        if (message.closes) this.#leave(socket)
        this.#events.onAnswer(message)
      },
      (piece) => this.#events.onContent?.(piece),
    )
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk)
      } catch (error) {
        this.#fail(socket, (error as Error).message)
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(socket, error.code ?? error.message))
    socket.on('close', () => this.#fail(socket, 'the connection was closed'))
    return socket
  }

  #leave(socket: Socket): void {
    if (this.#socket === socket) this.#socket = undefined
    socket.destroy()
  }

  #fail(socket: Socket, why: string): void {
    const concerns = this.#socket === socket && this.#running
    this.#leave(socket)
    if (!concerns) return
    this.#running = false
    this.#events.onFailure(why)
  }
}
