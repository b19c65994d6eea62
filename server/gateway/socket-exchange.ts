import { type IncomingMessage, request as requestHttp, STATUS_CODES } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type AnswerPolicy,
  type Delivered,
  type Exchange,
  type Held,
  MAX_HELD_BYTES,
  type Outcome,
  type PeekedBody,
  type RequestHead,
  type ResponseHead,
  type Unanswered,
  type UpstreamRequest,
} from '../../lib/gateway/exchange.ts'
import { valuesOf } from '../../lib/gateway/headers.ts'
import { failureKindOf } from '../../lib/gateway/outcome/failure-kind.ts'
import { type Refusal, refusalBody, refusalHeaders } from '../../lib/gateway/refusal.ts'
import { offerOf, readProtocols } from '../../lib/gateway/socket-handshake.ts'
import { failureOf } from '../../lib/gateway/upstream-failure.ts'

/** Peers that are gone without a word are found out by the kernel. */
const KEEP_ALIVE_MS = 30_000

interface Limits {
  idleTimeoutMs: number
  connectTimeoutMs: number
}

/**
 * One request to become a WebSocket. Once upstream has agreed, the two sockets are joined: frames pass as bytes, both
 * ways, and nobody here reads them, so nothing can be put between them either. Silence of both sides for `idleTimeoutMs`
 * ends it.
 */
export class SocketExchange implements Exchange {
  readonly head: RequestHead
  readonly replayable = true
  readonly #req: IncomingMessage
  readonly #socket: Socket
  readonly #early: Buffer
  readonly #limits: Limits
  readonly #caller = new AbortController()
  readonly #protocols: string[]

  /** `early`: what the caller sent behind its request. */
  constructor(req: IncomingMessage, socket: Socket, early: Buffer, limits: Limits) {
    this.#req = req
    this.#socket = socket
    this.#early = early
    this.#limits = limits
    const { protocols, credentials } = readProtocols(req.rawHeaders)
    this.#protocols = protocols
    this.head = {
      method: req.method ?? '',
      target: req.url ?? '',
      headers: [...req.rawHeaders, ...credentials],
      ...(socket.remoteAddress !== undefined && { socketAddress: socket.remoteAddress }),
    }
    // The socket is nobody else's now; its errors show as its closing.
    socket.on('error', () => {})
    socket.once('close', () => this.#caller.abort())
  }

  get signal(): AbortSignal {
    return this.#caller.signal
  }

  async peekBody(): Promise<PeekedBody> {
    return { bytes: new Uint8Array(), isWhole: true }
  }

  refuse(refusal: Refusal): void {
    const body = refusalBody(refusal)
    const headers = [...refusalHeaders(refusal), 'content-length', String(Buffer.byteLength(body))]
    this.#writeHead({ status: refusal.status, reason: STATUS_CODES[refusal.status] ?? '', headers }, [
      'close',
    ])
    this.#socket.end(body)
  }

  #writeHead({ status, reason, headers }: ResponseHead, [connection = '', upgrade]: string[]): void {
    const fields = [...headers, 'connection', connection, ...(upgrade ? ['upgrade', upgrade] : [])]
    const lines = fields.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${fields[i + 1]}`] : []))
    this.#socket.write(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  }

  forward(request: UpstreamRequest, policy: AnswerPolicy): Promise<Outcome> {
    return new Promise((resolve) => {
      const startedMs = performance.now()
      const send = request.origin.startsWith('https:') ? requestHttps : requestHttp
      const { host, hostname, port } = new URL(request.origin)
      const upstream = send({
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port: port || undefined,
        path: request.path,
        method: request.method,
        headers: ['host', host, ...request.headers, ...this.#handshake()],
        agent: false,
      })
      const fail = (code: string) => upstream.destroy(Object.assign(new Error(code), { code }))
      const connecting = setTimeout(fail, this.#limits.connectTimeoutMs, 'UND_ERR_CONNECT_TIMEOUT')
      const answering = setTimeout(fail, this.#limits.idleTimeoutMs, 'UND_ERR_HEADERS_TIMEOUT')
      let isConnected = false
      const onLeft = () => fail('CALLER_LEFT')
      const settle = (outcome: Outcome | Promise<Outcome>) => {
        clearTimeout(connecting)
        clearTimeout(answering)
        this.signal.removeEventListener('abort', onLeft)
        resolve(outcome)
      }
      this.signal.addEventListener('abort', onLeft)
      if (this.signal.aborted) onLeft()
      upstream.on('socket', (socket) => {
        socket.once(request.origin.startsWith('https:') ? 'secureConnect' : 'connect', () => {
          isConnected = true
          clearTimeout(connecting)
        })
      })
      upstream.on('upgrade', (response, socket, early) => {
        const ttfbMs = Math.round(performance.now() - startedMs)
        const head = policy.onHead(headOf(response))
        // Only what may be an error is held back.
        if (head) settle(this.#join(socket, early, head, valuesOf(response.rawHeaders, 'upgrade')[0], ttfbMs))
      })
      upstream.on('response', (response) => settle(this.#answer(response, policy)))
      upstream.on('error', (error) => settle(this.#failed(error, isConnected)))
      upstream.end()
    })
  }

  /** What makes it a WebSocket; the rest of the caller's headers has been sorted already. */
  #handshake(): string[] {
    const { rawHeaders } = this.#req
    const kept = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-extensions'].flatMap((name) =>
      valuesOf(rawHeaders, name).flatMap((value) => [name, value]),
    )
    return ['connection', 'Upgrade', 'upgrade', 'websocket', ...kept, ...offerOf(this.#protocols)]
  }

  #failed(error: Error, isConnected: boolean): Unanswered | Delivered {
    if (this.signal.aborted) return { end: 'left', status: 499, bytesIn: 0, bytesOut: 0 }
    const { refusal, cause } = failureOf(error)
    const failure = isConnected ? failureKindOf(cause) : 'connect'
    return { end: 'unanswered', refusal, cause, failure, sent: isConnected, bytesIn: 0 }
  }

  /** Upstream did not agree: its answer is one like any other, and the connection ends with it. */
  async #answer(response: IncomingMessage, policy: AnswerPolicy): Promise<Held | Delivered> {
    const answer = headOf(response)
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      for await (const chunk of response) {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > MAX_HELD_BYTES) break
      }
    } catch {
      // What came of it is what there is.
    }
    const body = Buffer.concat(chunks)
    const relay = async (head: ResponseHead): Promise<Delivered> => {
      const isFramed = (name: string) => /^(?:content-length|transfer-encoding)$/i.test(name)
      const headers = head.headers.filter((_, i) => !isFramed(head.headers[i - (i % 2)] ?? ''))
      this.#writeHead({ ...head, headers: [...headers, 'content-length', String(body.length)] }, ['close'])
      this.#socket.end(body)
      return { end: 'complete', status: head.status, bytesIn: 0, bytesOut: body.length }
    }
    const head = policy.onHead(answer)
    if (head) return relay(head)
    return { end: 'held', answer, text: body.toString(), relay, drop: () => {} }
  }

  /** Resolves when either side has gone. */
  #join(
    upstream: Duplex,
    early: Buffer,
    head: ResponseHead,
    protocol = 'websocket',
    ttfbMs = 0,
  ): Promise<Delivered> {
    const caller = this.#socket
    const counted = { bytesIn: this.#early.length, bytesOut: early.length }
    this.#writeHead(head, ['Upgrade', protocol])
    if (early.length > 0) caller.write(early)
    if (this.#early.length > 0) upstream.write(this.#early)
    for (const socket of [caller, upstream as Socket]) {
      socket.setTimeout(0)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, KEEP_ALIVE_MS)
    }
    return new Promise((resolve) => {
      let end: Delivered['end'] = 'complete'
      let cause: string | undefined
      const stop = (how: Delivered['end'], why?: string) => {
        end = how
        cause ??= why
        upstream.destroy()
        caller.destroy()
      }
      const idle = setTimeout(() => stop('broken', 'silent'), this.#limits.idleTimeoutMs)
      caller.on('data', (chunk: Buffer) => {
        counted.bytesIn += chunk.length
        idle.refresh()
      })
      upstream.on('data', (chunk: Buffer) => {
        counted.bytesOut += chunk.length
        idle.refresh()
      })
      upstream.on('error', () => stop('broken', 'ECONNRESET'))
      // One that ends has said all it wanted; what it does not read any more is lost to it alone.
      upstream.once('close', () => caller.destroySoon())
      caller.once('close', () => {
        clearTimeout(idle)
        upstream.destroy()
        const { status } = head
        resolve({ end, status, ...(cause !== undefined && { cause }), ...counted, ttfbMs })
      })
      caller.pipe(upstream).pipe(caller)
    })
  }
}

const headOf = (response: IncomingMessage): ResponseHead => ({
  status: response.statusCode ?? 0,
  reason: response.statusMessage ?? '',
  headers: response.rawHeaders,
})
