import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { credentialOf } from '#lib/gateway/identity.ts'
import { createLimits } from '#lib/gateway/limits/limits.ts'
import { createMemoryStore } from '#lib/gateway/limits/memory-store.ts'
import { type GatewayStatus, statusText } from './status-text.ts'

/** Answers `GET /gateway/status` for the operator; whether a request was one. */
export type StatusPage = (req: IncomingMessage, res: ServerResponse) => boolean

/** Tries with a wrong token, of everybody together: nobody but the operator has business here. */
const WRONG_TRIES = { count: 10, periodMs: 60_000, burst: 9 }

/** Without a token the page does not exist. */
export function createStatusPage(token: string | undefined, status: () => GatewayStatus): StatusPage {
  const expected = token === undefined ? undefined : hash('sha256', token, 'buffer')
  const limits = createLimits(createMemoryStore({ maxKeys: 1 }))
  const isOperator = (req: IncomingMessage) => {
    const shown = credentialOf(req.rawHeaders)
    return typeof shown === 'string' && expected && timingSafeEqual(hash('sha256', shown, 'buffer'), expected)
  }

  async function answer(req: IncomingMessage, res: ServerResponse, query: string): Promise<void> {
    if (!expected) return refuse(res, 404)
    if (!isOperator(req)) {
      const { allowed } = await limits.take('wrong', WRONG_TRIES)
      return refuse(res, allowed ? 401 : 429)
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(res, 405)
    const asText = new URLSearchParams(query).get('format') === 'text'
    send(res, 200, asText ? statusText(status()) : JSON.stringify(status(), null, 2), asText)
  }

  return (req, res) => {
    const [path, query = ''] = (req.url ?? '').split('?', 2)
    if (path !== '/gateway/status') return false
    void answer(req, res, query)
    return true
  }
}

const REASONS = {
  401: 'unauthorized',
  404: 'not_found',
  405: 'method_denied',
  429: 'too_many_tries',
} as const

function refuse(res: ServerResponse, status: keyof typeof REASONS): void {
  if (status === 401) res.setHeader('www-authenticate', 'Bearer')
  if (status === 405) res.setHeader('allow', 'GET, HEAD')
  send(res, status, JSON.stringify({ error: REASONS[status] }), false)
}

function send(res: ServerResponse, status: number, body: string, asText: boolean): void {
  res.writeHead(status, {
    'content-type': asText ? 'text/plain; charset=utf-8' : 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  res.end(`${body}\n`)
}
