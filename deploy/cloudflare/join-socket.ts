import { waitUntil } from 'cloudflare:workers'
import type { JoinSocket } from '#lib/gateway/fetch-exchange.ts'
import { createIdleTimer } from '#lib/gateway/idle-timer.ts'

/** What is used of workerd's WebSockets, which are not quite the browser's: one side is `accept`ed, the other given away. */
interface WorkerSocket {
  binaryType: 'blob' | 'arraybuffer'
  accept(): void
  send(data: string | ArrayBuffer): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'message', listener: (event: { data: string | ArrayBuffer }) => void): void
  addEventListener(type: 'close', listener: (event: Closing) => void): void
  addEventListener(type: 'error', listener: () => void): void
}
interface Closing {
  code: number
  reason: string
}
declare const WebSocketPair: new () => { 0: WorkerSocket; 1: WorkerSocket }

/** RFC 6455, section 7.4.1. The second and third are never sent: they stand for a close frame without a code, and for none. */
const GOING_AWAY = 1001
const NO_CODE = 1005
const NO_FRAME = 1006
const FAILED = 1011

type Ending = Awaited<ReturnType<JoinSocket>['ended']>

/**
 * Joins the two sockets of an exchange under workerd, message by message: its frames cannot be joined as bytes. What one
 * side says when it closes is said to the other in the same words. A side that broke off without a word cannot be broken
 * off in turn, so the other is told by a code.
 */
export const joinSocket: JoinSocket = (answer, init, idleTimeoutMs) => {
  // Without a socket workerd does not answer 101.
  const { webSocket: upstream } = answer as Response & { webSocket: WorkerSocket }
  const { 0: given, 1: caller } = new WebSocketPair()
  const ended = join(caller, upstream, idleTimeoutMs)
  // The line of the log, and the caller's place among his streams, come after the last word.
  waitUntil(ended)
  // The property is workerd's own.
  const response = new Response(null, { ...withoutHandshake(init), webSocket: given } as ResponseInit)
  return { response, ended }
}

function join(caller: WorkerSocket, upstream: WorkerSocket, idleTimeoutMs: number): Promise<Ending> {
  return new Promise((resolve) => {
    const counted = { bytesIn: 0, bytesOut: 0 }
    let isOver = false
    const end = (ending: Pick<Ending, 'end' | 'cause'>, told: Closing, ...hearers: WorkerSocket[]) => {
      isOver = true
      idle.stop()
      for (const socket of hearers) close(socket, told)
      resolve({ ...ending, ...counted })
    }
    const idle = createIdleTimer(idleTimeoutMs, () => {
      const told = { code: GOING_AWAY, reason: 'Nobody said anything for long.' }
      end({ end: 'broken', cause: 'silent' }, told, caller, upstream)
    })
    const pass = (from: WorkerSocket, to: WorkerSocket, count: keyof typeof counted) => {
      const broke = () => {
        const isCaller = from === caller
        const told = { code: isCaller ? GOING_AWAY : FAILED, reason: 'The other side broke off.' }
        // After an error it may still believe that it is open.
        end(isCaller ? { end: 'left' } : { end: 'broken', cause: 'ECONNRESET' }, told, to, from)
      }
      from.binaryType = 'arraybuffer'
      from.addEventListener('message', ({ data }) => {
        if (isOver) return
        counted[count] += typeof data === 'string' ? utf8.encode(data).length : data.byteLength
        idle.restart()
        send(to, data)
      })
      from.addEventListener('close', (said) => {
        if (said.code === NO_FRAME) broke()
        else end({ end: 'complete' }, said, to)
      })
      from.addEventListener('error', broke)
    }
    pass(caller, upstream, 'bytesIn')
    pass(upstream, caller, 'bytesOut')
    idle.restart()
    caller.accept()
    upstream.accept()
  })
}

const utf8 = new TextEncoder()

/** To a socket that has closed meanwhile nothing can be said; its `close` event comes. */
function send(socket: WorkerSocket, data: string | ArrayBuffer): void {
  try {
    socket.send(data)
  } catch {}
}

function close(socket: WorkerSocket, { code, reason }: Closing): void {
  try {
    if (code === NO_CODE) socket.close()
    else socket.close(code, reason)
  } catch {
    // Closed before.
  }
}

/** The runtime shakes hands itself, on each side for itself; what was agreed on is the subprotocol. */
function withoutHandshake(init: ResponseInit): ResponseInit {
  const headers = new Headers(init.headers)
  for (const name of ['sec-websocket-accept', 'sec-websocket-extensions']) headers.delete(name)
  return { ...init, headers }
}
