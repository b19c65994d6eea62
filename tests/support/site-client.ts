import type { Conversation, ConversationDetail, RunEvent, SendRequest } from '#lib/chat/contract.ts'
import { textOfParts } from '#lib/chat/parts.ts'

type Ask = Extract<SendRequest, { kind: 'ask' }>

/** A person's browser as far as the site's own API sees it: an origin and a jar with cookies. */
export interface SiteClient {
  fetch(path: string, init?: RequestInit): Promise<Response>
  post(path: string, body?: unknown): Promise<Response>
  /** Asks and hands out the events as they come. Throws when the site refuses. */
  send(request: SendRequest): AsyncGenerator<RunEvent>
  attach(answerId: string): AsyncGenerator<RunEvent>
  conversation(id: string): Promise<ConversationDetail>
  conversations(): Promise<Conversation[]>
}

/** A new person at `url`; `cookies` continue an earlier one. */
export function createSiteClient(url: string, cookies = new Map<string, string>()): SiteClient {
  async function siteFetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (!headers.has('origin')) headers.set('origin', url)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url + path, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    return response
  }
  const post = (path: string, body?: unknown) =>
    siteFetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  const json = async (path: string) => await (await siteFetch(path)).json()
  return {
    fetch: siteFetch,
    post,
    send: async function* (request) {
      yield* runEvents(await post('/api/chat', request))
    },
    attach: async function* (answerId) {
      yield* runEvents(await siteFetch(`/api/messages/${answerId}/events`))
    },
    conversation: (id) => json(`/api/conversations/${id}`),
    conversations: async () => (await json('/api/conversations')).conversations,
  }
}

/** A question of a new conversation. */
export function newQuestion(over: Partial<Ask> = {}): Ask {
  return {
    kind: 'ask',
    conversationId: crypto.randomUUID(),
    parentId: null,
    questionId: crypto.randomUUID(),
    answerId: crypto.randomUUID(),
    text: 'What is a mirror?',
    ...over,
  }
}

/** The events of a run's stream; comments are passed over. */
export async function* runEvents(response: Response): AsyncGenerator<RunEvent> {
  if (!response.ok) throw new Error(`the site answered ${response.status}: ${await response.text()}`)
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data) yield JSON.parse(data)
    }
  }
}

/** Reads to the end and gives the text that a page would show. */
export async function readRun(
  events: AsyncIterable<RunEvent>,
): Promise<{ text: string; end: RunEvent | undefined }> {
  let text = ''
  let end: RunEvent | undefined
  for await (const event of events) {
    if (event.type === 'start') text = textOfParts(event.message.parts)
    else if (event.type === 'delta') text += event.text
    else end = event
  }
  return { text, end }
}
