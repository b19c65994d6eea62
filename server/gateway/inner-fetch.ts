import { type Gateway, serve } from '../../lib/gateway/gateway.ts'
import { OwnBody } from './caller-body.ts'
import { InnerAnswer } from './inner-answer.ts'
import { InnerExchange } from './inner-exchange.ts'
import type { UpstreamAgent } from './upstream-agent.ts'

/**
 * `fetch` for a gateway in this process: the same head and body that would come over a connection, the same way through
 * all policies. Only text is taken for an address and a body, which is what the chat sends.
 */
export function createInnerFetch(gateway: Gateway, upstreams: UpstreamAgent): typeof fetch {
  return async (input, { method = 'GET', headers, body, signal } = {}) => {
    if (input instanceof Request) throw new TypeError('an address is wanted, not a request')
    if (body !== undefined && body !== null && typeof body !== 'string') {
      throw new TypeError('only text can be sent')
    }
    signal?.throwIfAborted()
    const { pathname, search } = new URL(input)
    const sent = new Headers(headers)
    // Nothing unpacks an answer here.
    sent.set('accept-encoding', 'identity')
    const own = typeof body === 'string' ? new OwnBody(Buffer.from(body)) : undefined
    if (own) sent.set('content-length', String(own.bytes))
    const head = { method, target: pathname + search, headers: [...sent].flat(), socketAddress: '127.0.0.1' }
    const answer = new InnerAnswer()
    const leave = () => answer.destroy(signal?.reason)
    signal?.addEventListener('abort', leave)
    answer.once('close', () => signal?.removeEventListener('abort', leave))
    void serve(new InnerExchange(head, own, answer, upstreams), gateway)
    const response = await answer.response
    const encoding = response.headers.get('content-encoding')
    if (encoding === null || encoding === 'identity') return response
    answer.destroy()
    throw new TypeError('upstream compressed an answer that was asked for as it is')
  }
}
