import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createDemoApi } from './demo-api.ts'
import { playStep } from './play-step.ts'
import { playRealtime } from './realtime.ts'
import {
  createRecord,
  matches,
  type ReceivedRequest,
  type RequestMatch,
  receive,
} from './received-requests.ts'
import { createReply, pause, type Reply, ReplyOver } from './reply.ts'
import type { ScriptStep } from './script-steps.ts'

export type { ReceivedRequest, RequestMatch } from './received-requests.ts'
export type { ScriptStep } from './script-steps.ts'

export interface DemoUpstreamOptions {
  /** 0, the default, takes a free one. */
  port?: number
  host?: string
  /** Token-like pieces per second; `Infinity` sends without pauses. */
  tokensPerSecond?: number
  /** The one key that is accepted; by default none is asked for. */
  requireKey?: string | false
  /** Whether `received` and `nextRequest` work. A long-running demo turns it off: the record only grows. */
  record?: boolean
  /** Whether bodies other than JSON stay in memory; `digest` works either way. */
  keepBodies?: boolean
}

/** An OpenAI-compatible server of our own: the labelled demo of a site without a key, and the upstream of all tests. */
export interface DemoUpstream {
  /** Ends in `/v1`. */
  url: string
  /** Every request, in order of its head. */
  received: ReceivedRequest[]
  /** Queues steps. Each request takes the first that matches; without one it gets the normal demo answer. */
  script(...steps: ScriptStep[]): void
  /** The oldest matching request not yet handed out, or the next to come. Rejects on `reset` and `close`. */
  nextRequest(match?: RequestMatch): Promise<ReceivedRequest>
  /** As new: forgets script, record, and what the API had stored. */
  reset(): void
  /** Stops listening and destroys all connections. */
  close(): Promise<void>
}

const DEFAULT_TOKENS_PER_SECOND = 70
/** Above what gateways let through, so that a refusal over sizes is theirs. */
const MAX_HEADER_BYTES = 256 * 1024
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 75_000

function createScript() {
  let queue: Array<{ step: ScriptStep; left: number }> = []
  return {
    add(steps: ScriptStep[]): void {
      queue.push(...steps.map((step) => ({ step, left: step.times ?? 1 })))
    },
    take(request: ReceivedRequest): ScriptStep | undefined {
      const entry = queue.find(({ step }) => matches(step.match, request))
      if (!entry) return undefined
      entry.left -= 1
      if (entry.left <= 0) queue = queue.filter((other) => other !== entry)
      return entry.step
    },
    clear(): void {
      queue = []
    },
  }
}

/** Starts the demo upstream. Rejects if it cannot listen. */
export async function createDemoUpstream(options: DemoUpstreamOptions = {}): Promise<DemoUpstream> {
  const { port = 0, host = '127.0.0.1', keepBodies = true, requireKey = false } = options
  const api = createDemoApi({
    tokensPerSecond: options.tokensPerSecond ?? DEFAULT_TOKENS_PER_SECOND,
    requireKey,
  })
  const record = createRecord(options.record ?? true)
  const script = createScript()

  async function answer(step: ScriptStep | undefined, request: ReceivedRequest, reply: Reply): Promise<void> {
    if (step?.delayMs) await pause(step.delayMs, reply.gone)
    if (step && (await playStep(step, reply))) return
    await api.handle(request, reply, step?.say)
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const ending = Promise.withResolvers<Awaited<ReceivedRequest['closed']>>()
    const { request, read } = receive(req, ending.promise, keepBodies)
    record.add(request)
    const step = script.take(request)
    const reply = createReply(res, req.socket, step?.cut)
    void reply.ending.then(ending.resolve)
    const reading = step?.reading ?? 'first'
    if (reading !== 'never') read()
    try {
      if (reading === 'first') await request.digest
      await answer(step, request, reply)
    } catch (error) {
      if (error instanceof ReplyOver) return
      // The request's body broke off, or a scripted body threw; a fault of our own must not look like an answer either.
      await reply.reset()
    }
  }

  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 },
    (req, res) => void serve(req, res),
  )
  playRealtime(server)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, host)
  await once(server, 'listening')
  // A server that listens on TCP has an AddressInfo; only pipes have a string.
  const address = server.address() as AddressInfo

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/v1`,
    received: record.received,
    script: (...steps) => script.add(steps),
    nextRequest: record.next,
    reset() {
      script.clear()
      record.clear('The demo upstream was reset.')
      api.reset()
    },
    async close() {
      record.clear('The demo upstream was closed.')
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
