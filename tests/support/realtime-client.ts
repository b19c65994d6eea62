import { once } from 'node:events'
import { expect } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { KEY, TOKEN } from '../integration/gateway/hosts.ts'
import { refusalOf, type SocketUpstream } from './socket-upstream.ts'

/** What clients of the Realtime API do and see, whichever host the gateway has. */

const PATH = '/v1/realtime?model=gpt-realtime'

export const bearer: ClientOptions = { headers: { authorization: `Bearer ${TOKEN}` } }

/** A client of the gateway at `port`. */
export const dial = (port: number, options = bearer, protocols: string[] = [], path = PATH) =>
  new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, options)

/** As {@link dial}; resolves when it is joined. */
export async function dialled(...given: Parameters<typeof dial>): Promise<WebSocket> {
  const client = dial(...given)
  await once(client, 'open')
  return client
}

/** The gateway at `port` sends upstream key and query, and nothing of the site's own. Gives the client, still joined. */
export async function expectKeyAndQuery(port: number, upstream: SocketUpstream): Promise<WebSocket> {
  const own = { cookie: 'tain=1', origin: 'https://x.test' }
  const client = await dialled(port, { headers: { ...bearer.headers, ...own, 'openai-beta': 'realtime=v1' } })
  const [request] = upstream.requests
  expect(request?.url).toBe(PATH)
  expect(request?.headers).toMatchObject({
    authorization: `Bearer ${KEY}`,
    'openai-beta': 'realtime=v1',
    upgrade: 'websocket',
  })
  for (const name of Object.keys(own)) expect(request?.headers).not.toHaveProperty(name)
  expect(JSON.stringify(request?.rawHeaders)).not.toContain(TOKEN)
  return client
}

/**
 * The gateway at `port` takes a browser's credential from among the subprotocols and does not pass it on; beside another
 * one it refuses it. Gives the client, still joined.
 */
export async function expectBrowserCredential(port: number, upstream: SocketUpstream): Promise<WebSocket> {
  const credential = `openai-insecure-api-key.${TOKEN}`
  const client = await dialled(port, {}, ['realtime', credential, 'openai-beta.realtime-v1'])
  expect(client.protocol).toBe('realtime')
  expect(upstream.requests[0]?.headers['sec-websocket-protocol']).toBe('realtime, openai-beta.realtime-v1')
  expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`)
  const conflicting = dial(port, bearer, ['realtime', 'openai-insecure-api-key.other'])
  expect(await refusalOf(conflicting)).toEqual([400, 'site_conflicting_credentials'])
  return client
}

/** Each side gets what the other one sends, unchanged and in order, as text or as bytes. */
export async function expectUnchanged(
  [one, other]: readonly [WebSocket, WebSocket],
  sent: readonly (string | Buffer)[],
): Promise<void> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const received: (string | Buffer)[] = []
    // ws hands a message over as one Buffer unless told otherwise.
    const collect = (data: Buffer, isBinary: boolean) => received.push(isBinary ? data : String(data))
    to.on('message', collect)
    for (const message of sent) from.send(message)
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(sent.length)
    to.off('message', collect)
    expect(received.map((data) => typeof data)).toEqual(sent.map((data) => typeof data))
    const isSame = (data: string | Buffer, i: number) => Buffer.from(data).equals(Buffer.from(sent[i] ?? '?'))
    expect(received.map(isSame)).toEqual(sent.map(() => true))
  }
}

/** Speaks with the demo's small Realtime API through the gateway at `port`. Gives the client, still joined. */
export async function speakWithDemo(port: number): Promise<WebSocket> {
  const said = '镜子会说话吗？Does it?'
  const client = dial(port, bearer, ['realtime'])
  const events: { type: string; delta?: string }[] = []
  client.on('message', (data) => events.push(JSON.parse(String(data))))
  await once(client, 'open')
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: said }] }
  client.send(JSON.stringify({ type: 'conversation.item.create', item }))
  client.send(JSON.stringify({ type: 'response.create' }))
  await expect.poll(() => events.at(-1)?.type, { timeout: 10_000 }).toBe('response.done')
  expect(events[0]?.type).toBe('session.created')
  expect(events.map(({ delta = '' }) => delta).join('')).toBe(said)
  return client
}
