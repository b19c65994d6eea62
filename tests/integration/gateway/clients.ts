import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { expect } from 'vitest'
import type { DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault } from '#server/demo-upstream/script-steps.ts'
import type { TestHost } from './hosts.ts'
import { TOKEN } from './hosts.ts'

export const bearer = { authorization: `Bearer ${TOKEN}` }

/** Sends bytes as they are and returns what comes until the other side closes. */
export async function exchangeBytes(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

/** A whole raw request that asks for the connection to be closed after it. */
export function rawRequest(target: string, headers: readonly string[] = [], method = 'GET'): string {
  const lines = [`authorization: Bearer ${TOKEN}`, ...headers]
  return `${method} ${target} HTTP/1.1\r\nhost: site\r\nconnection: close\r\n${lines.join('\r\n')}\r\n\r\n`
}

interface CallOptions {
  method?: string
  headers?: Record<string, string | string[]>
}

/** A request whose body and answer the test holds in its hands. */
export function openRequest(host: TestHost, path: string, options: CallOptions = {}): ClientRequest {
  const { method = 'POST', headers = {} } = options
  return request({ port: host.port, path, method, headers: { ...bearer, ...headers }, agent: false })
}

/** The head of the answer. Rejects when the connection breaks before. */
export async function headOf(req: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(req, 'response')
  // The event's only argument, by Node's documentation.
  return response as IncomingMessage
}

/** The body of an answer up to its end, and whether that end was a regular one. */
export async function readToEnd(response: IncomingMessage): Promise<{ body: Buffer; broken: boolean }> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of response) chunks.push(chunk)
  } catch {
    return { body: Buffer.concat(chunks), broken: true }
  }
  return { body: Buffer.concat(chunks), broken: !response.complete }
}

export async function call(
  host: TestHost,
  path: string,
  options: CallOptions & { body?: Uint8Array | string } = {},
) {
  const { body, method = body === undefined ? 'GET' : 'POST', headers = {} } = options
  // Node's client frames a body by itself only for methods that usually have one.
  const framed =
    body === undefined || 'transfer-encoding' in headers ? headers : { ...headers, ...lengthOf(body) }
  const req = openRequest(host, path, { method, headers: framed })
  req.end(body)
  const response = await headOf(req)
  return { response, status: response.statusCode, ...(await readToEnd(response)) }
}

const lengthOf = (body: Uint8Array | string) => ({ 'content-length': String(Buffer.byteLength(body)) })

/** The code of the gateway's own refusal. */
export const codeOf = (body: Buffer): string => JSON.parse(body.toString()).error.code

/** A caller asks and leaves before there is an answer: upstream is let go. */
export async function leaveBeforeAnswer(host: TestHost, upstream: DemoUpstream): Promise<void> {
  upstream.script(fault.silence())
  const pending = upstream.nextRequest()
  const req = openRequest(host, '/v1/chat/completions')
  req.on('error', () => {})
  req.end('{}')
  const received = await pending
  req.destroy()
  expect(await received.closed).toBe('aborted')
}
