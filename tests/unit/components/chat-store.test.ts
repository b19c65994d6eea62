import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { queueQuestion } from '#components/chat/queue/queue-question.ts'
import { runningAnswer } from '#components/chat/state/chat-state.ts'
import { ChatStore, NEW } from '#components/chat/state/chat-store.ts'
import { editAgain } from '#components/chat/state/edit-again.ts'
import type { Conversation, ConversationDetail, Message, RunEvent, SendRequest } from '#lib/chat/contract.ts'
import { defaultPreferences } from '#lib/chat/preferences.ts'
import { sampleConversation, sampleMessage } from '#tests/support/samples.ts'

/** A site of one stream at a time, whose events the test sends; and the pieces of a browser that the store touches. */
let site: ReturnType<typeof createSite>
let frames: (() => void)[]
let storage: Map<string, string>

beforeEach(() => {
  site = createSite()
  frames = []
  storage = new Map()
  vi.stubGlobal('fetch', site.fetch)
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', () => {})
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => storage.set(name, value),
    removeItem: (name: string) => storage.delete(name),
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function createSite() {
  const requests: { path: string; method: string; body: unknown }[] = []
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let refusal: { status: number; code: string } | undefined
  return {
    requests,
    refuse: (status: number, code: string) => {
      refusal = { status, code }
    },
    accept: () => {
      refusal = undefined
    },
    emit: (event: RunEvent) => {
      controller?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`))
    },
    asked: () => requests.filter(({ path }) => path === '/api/chat').map(({ body }) => body as SendRequest),
    fetch: async (path: string, init: RequestInit = {}) => {
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
      requests.push({ path, method: init.method ?? 'GET', body })
      if (refusal) {
        const { status, code } = refusal
        return Response.json({ error: { code, message: `It is ${code}.` } }, { status })
      }
      if (path !== '/api/chat') return new Response(null, { status: 204 })
      return new Response(
        new ReadableStream({
          start(next) {
            controller = next
            init.signal?.addEventListener('abort', () => next.error(new Error('aborted')))
          },
        }),
      )
    },
  }
}

const message = (id: string, parentId: string | null, role: Message['role'], text = '') =>
  sampleMessage({ id, parentId, role, parts: text ? [{ type: 'text', text }] : [], createdAt: 1 })
const conversation = (id: string, updatedAt: number) => sampleConversation({ id, title: id, updatedAt })
const detail: ConversationDetail = {
  ...conversation('c', 5),
  activeLeafId: 'a1',
  messages: [message('q1', null, 'user', 'Why?'), message('a1', 'q1', 'assistant', 'Because.')],
  queue: [],
}

const started = (request: SendRequest): RunEvent => ({
  type: 'start',
  conversation: conversation(request.conversationId, 9),
  message: { ...message(request.answerId, questionOf(request), 'assistant'), status: 'running' },
})
const questionOf = (request: SendRequest) => (request.kind === 'continue' ? null : request.questionId)
const text = (part: string): RunEvent => ({ type: 'delta', kind: 'text', text: part })
const ended: RunEvent = { type: 'end', status: 'complete', error: null, model: 'm' }

function paint() {
  for (const frame of frames.splice(0)) frame()
}

const viewOf = (store: ChatStore, id: string) => store.getState().views[id]
const answerOf = (store: ChatStore, id: string) => viewOf(store, id)?.messages.at(-1)

test('the first question opens its conversation once the site has stored it', async () => {
  const opened: string[] = []
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, (id) =>
    opened.push(id),
  )
  store.send(null, 'Hello')
  const id = store.getState().openingId ?? ''
  expect(viewOf(store, id)?.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
  expect([...storage.keys()]).toEqual(['tain:sending:new'])
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  expect(opened).toEqual([])
  const request = site.asked()[0] as SendRequest
  site.emit(started(request))
  await vi.waitFor(() => expect(opened).toEqual([id]))
  expect(storage.size).toBe(0)
  // The site's clock may go wrong, or this one.
  expect(Date.now() - (answerOf(store, id)?.createdAt ?? 0)).toBeLessThan(60_000)
  await vi.waitFor(() => expect(store.getState().conversations.map((known) => known.id)).toEqual([id]))
})

test('the list waits for the first words of a new conversation, not beyond its end', async () => {
  vi.useFakeTimers()
  const opened: string[] = []
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, (id) =>
    opened.push(id),
  )
  const listed = () => store.getState().conversations.map((known) => known.id)
  store.send(null, 'Hello')
  const id = store.getState().openingId ?? ''
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(site.asked()[0] as SendRequest))
  site.emit(text('Hi'))
  await vi.waitFor(() => expect(answerOf(store, id)?.parts).toEqual([{ type: 'text', text: 'Hi' }]))
  expect([listed(), store.getState().announcement]).toEqual([[], null])
  // Whoever loads the page anew at the first word finds it again.
  expect(opened).toEqual([id])
  site.emit(ended)
  await vi.waitFor(() => expect(answerOf(store, id)?.status).toBe('complete'))
  expect(listed()).toEqual([id])
})

test('where no words come soon, it is listed and said all the same that the answer has begun', async () => {
  vi.useFakeTimers()
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, () => {})
  store.update((state) => ({ ...state, newFolderId: 'f', newTools: ['web_search'] }))
  store.send(null, 'Hello')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  const asked = site.asked()[0] as SendRequest
  site.emit(started(asked))
  await vi.waitFor(() => expect(store.getState().announcement).toBe('started'))
  const { conversations, newFolderId, newTools } = store.getState()
  expect(conversations.map(({ id }) => id)).toEqual([asked.conversationId])
  expect([newFolderId, newTools]).toEqual([null, []])
})

test('what there is already of an answer whose request was repeated stands before what comes', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.send('c', 'And then?')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  const event = started(site.asked()[0] as SendRequest) as Extract<RunEvent, { type: 'start' }>
  site.emit({ ...event, message: { ...event.message, parts: [{ type: 'text', text: 'The beg' }] } })
  site.emit(text('inning'))
  await vi.waitFor(() =>
    expect(answerOf(store, 'c')?.parts).toEqual([{ type: 'text', text: 'The beginning' }]),
  )
  site.emit(ended)
  await vi.waitFor(() => expect(answerOf(store, 'c')?.status).toBe('complete'))
  expect(answerOf(store, 'c')?.parts).toEqual([{ type: 'text', text: 'The beginning' }])
})

test('a conversation begins with the model chosen last; one question and one answer can go to another', async () => {
  const store = new ChatStore(
    { preferences: defaultPreferences, conversations: [], detail, newModel: 'large' },
    () => {},
  )
  store.send(null, 'Hello', { models: ['small'] })
  store.send('c', 'Hello')
  store.regenerate('c', 'q1', 'small')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(3))
  const [first, second, third] = site.asked()
  expect(first).toMatchObject({ model: 'small', settings: { model: 'large' } })
  expect(second).not.toHaveProperty('model')
  expect(second).not.toHaveProperty('settings')
  expect(third).toMatchObject({ kind: 'regenerate', model: 'small' })
})

test('several models are asked once the site has the question, and all of them are stopped at once', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.send('c', 'Who are you?', { models: ['one', 'two', 'three'] })
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  const first = site.asked()[0] as SendRequest & { questionId: string }
  expect(first).toMatchObject({ kind: 'ask', model: 'one' })
  site.emit(started(first))
  await vi.waitFor(() => expect(site.asked()).toHaveLength(3))
  const others = site.asked().slice(1)
  expect(others).toMatchObject(
    ['two', 'three'].map((model) => ({ kind: 'regenerate', model, questionId: first.questionId })),
  )
  expect(store.getState().comparedId).toBe(first.questionId)
  expect(
    viewOf(store, 'c')
      ?.messages.slice(-3)
      .map(({ modelAsked }) => modelAsked),
  ).toEqual(['one', 'two', 'three'])
  await store.stop('c')
  const stopped = site.requests.filter(({ path }) => path.endsWith('/stop')).map(({ path }) => path)
  expect(stopped).toEqual(site.asked().map(({ answerId }) => `/api/messages/${answerId}/stop`))
})

test('the first delta is shown at once, others once per frame, and no other message is touched', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.send('c', 'And then?')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(site.asked()[0] as SendRequest))
  await vi.waitFor(() => expect(store.getState().announcement).toBe('started'))
  const before = viewOf(store, 'c')?.messages ?? []
  let changes = 0
  store.subscribe(() => changes++)
  for (const part of ['one ', 'two ', 'three ', 'four']) site.emit(text(part))
  await vi.waitFor(() => expect(frames).toHaveLength(1))
  // The last two may still be on their way through the stream; the frame is asked for only once.
  await new Promise(setImmediate)
  expect(frames).toHaveLength(1)
  expect(changes).toBe(1)
  expect(answerOf(store, 'c')?.parts).toEqual([{ type: 'text', text: 'one ' }])
  paint()
  expect(changes).toBe(2)
  expect(answerOf(store, 'c')?.parts).toEqual([{ type: 'text', text: 'one two three four' }])
  const after = viewOf(store, 'c')?.messages ?? []
  expect(after.slice(0, -1).every((same, index) => same === before[index])).toBe(true)
})

test('the end keeps what no frame has shown yet', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.send('c', 'And then?')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(site.asked()[0] as SendRequest))
  site.emit(text('last words'))
  site.emit(ended)
  await vi.waitFor(() => expect(store.getState().announcement).toBe('complete'))
  expect(answerOf(store, 'c')).toMatchObject({
    status: 'complete',
    model: 'm',
    parts: [{ type: 'text', text: 'last words' }],
  })
})

test('a refused question leaves the tree as it was and comes back with the reason, once', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  site.refuse(429, 'site_limit')
  store.send('c', 'Too much')
  await vi.waitFor(() => expect(store.getState().failures.c).toBeDefined())
  expect(viewOf(store, 'c')).toMatchObject({ leafId: 'a1', messages: detail.messages })
  expect(store.getState().failures.c).toMatchObject({ reason: 'limit', detail: 'It is site_limit.' })
  expect(store.takeReturned('c')?.text).toBe('Too much')
  expect(store.takeReturned('c')).toBeNull()
  expect(store.getState().failures.c?.reason).toBe('limit')
})

test('whoever was signed out elsewhere is told so, in the page’s own words', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  site.refuse(401, 'sign_in_required')
  store.send('c', 'Still there?')
  await vi.waitFor(() => expect(store.getState().failures.c).toBeDefined())
  expect(store.getState().failures.c).toMatchObject({ reason: 'signedOut', detail: '', text: 'Still there?' })
  const reload = vi.fn()
  Object.assign(window, { location: { reload } })
  await store.open('d')
  expect(reload).toHaveBeenCalled()
})

test('a refused question gives its files back with its text', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  site.refuse(409, 'file_gone')
  const files = [{ type: 'file' as const, fileId: 'f', name: 'a.png', mediaType: 'image/png', bytes: 1 }]
  store.send('c', '', { files })
  await vi.waitFor(() => expect(store.getState().failures.c?.reason).toBe('filesGone'))
  expect(site.asked()).toMatchObject([{ text: '', files: [{ id: 'f', name: 'a.png' }] }])
  expect(store.takeReturned('c')).toMatchObject({ text: '', files })
  expect(store.takeReturned('c')).toBeNull()
})

test('a first question that is refused leaves no conversation behind', async () => {
  const opened: string[] = []
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, (id) =>
    opened.push(id),
  )
  site.refuse(503, 'draining')
  store.send(null, 'Hello')
  await vi.waitFor(() => expect(store.getState().failures[NEW]).toBeDefined())
  expect(store.getState()).toMatchObject({ views: {}, openingId: null })
  expect(opened).toEqual([])
})

test('the same text sent again is the same turn; another text is another', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  site.refuse(500, 'broken')
  store.send('c', 'Once')
  await vi.waitFor(() => expect(store.getState().failures.c).toBeDefined())
  store.send('c', 'Once')
  await vi.waitFor(() => expect(store.getState().failures.c).toBeDefined())
  store.send('c', 'Twice')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(3))
  const [first, second, third] = site.asked().map(questionOf)
  expect(second).toBe(first)
  expect(third).not.toBe(first)
})

test('an answer generated anew stands beside the first, and either can be shown', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.regenerate('c', 'q1')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  const { answerId } = site.asked()[0] as SendRequest
  expect(viewOf(store, 'c')?.leafId).toBe(answerId)
  site.emit(started(site.asked()[0] as SendRequest))
  site.emit(ended)
  await vi.waitFor(() => expect(runningAnswer(viewOf(store, 'c'))).toBeUndefined())
  store.showBranch('c', 'a1')
  expect(viewOf(store, 'c')?.leafId).toBe('a1')
  await vi.waitFor(() => {
    const patch = site.requests.find(({ method }) => method === 'PATCH')
    expect(patch).toMatchObject({ path: '/api/conversations/c', body: { activeLeafId: 'a1' } })
  })
})

test('who comes back to a branch finds it as it was left, after a reload too', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  })
  const words = (id: string, parentId: string | null, role: Message['role']) =>
    message(id, parentId, role, id)
  const forked: ConversationDetail = {
    ...detail,
    activeLeafId: 'a3',
    messages: [
      words('q1', null, 'user'),
      words('a1', 'q1', 'assistant'),
      words('q2', 'a1', 'user'),
      words('a2', 'q2', 'assistant'),
      words('a2-anew', 'q2', 'assistant'),
      words('a1-anew', 'q1', 'assistant'),
      words('q3', 'a1-anew', 'user'),
      words('a3', 'q3', 'assistant'),
    ],
  }
  const open = () =>
    new ChatStore({ preferences: defaultPreferences, conversations: [], detail: forked }, () => {})
  const store = open()
  store.showBranch('c', 'a1')
  // Nobody has been there yet.
  expect(viewOf(store, 'c')?.leafId).toBe('a2-anew')
  store.showBranch('c', 'a2')
  store.showBranch('c', 'a1-anew')
  expect(viewOf(store, 'c')?.leafId).toBe('a3')
  store.showBranch('c', 'a1')
  expect(viewOf(store, 'c')?.leafId).toBe('a2')
  store.showBranch('c', 'a1-anew')
  const reloaded = open()
  reloaded.showBranch('c', 'a1')
  expect(viewOf(reloaded, 'c')?.leafId).toBe('a2')
  // Another conversation has its own.
  expect([...kept.keys()]).toEqual(['tain:shown:c'])
})

const broken: ConversationDetail = {
  ...detail,
  messages: [
    message('q1', null, 'user', 'Why?'),
    { ...message('a1', 'q1', 'assistant', 'Bec'), status: 'interrupted' },
  ],
}

test('an answer that broke off goes on in its own place', async () => {
  const store = new ChatStore(
    { preferences: defaultPreferences, conversations: [], detail: broken },
    () => {},
  )
  store.continue('c', 'a1')
  store.continue('c', 'a1')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  const [request] = site.asked()
  expect(request).toMatchObject({ kind: 'continue', conversationId: 'c', answerId: 'a1' })
  expect(answerOf(store, 'c')).toMatchObject({ status: 'running', parts: [{ text: 'Bec' }] })
  const partial = { ...message('a1', 'q1', 'assistant', 'Bec'), status: 'running' as const }
  site.emit({ type: 'start', conversation: conversation('c', 9), message: partial })
  site.emit(text('ause.'))
  site.emit(ended)
  await vi.waitFor(() => expect(answerOf(store, 'c')?.status).toBe('complete'))
  expect(answerOf(store, 'c')?.parts).toEqual([{ type: 'text', text: 'Because.' }])
  expect(site.asked()).toHaveLength(1)
})

test('an answer that the site does not go on with is left as it was, with the reason', async () => {
  const store = new ChatStore(
    { preferences: defaultPreferences, conversations: [], detail: broken },
    () => {},
  )
  site.refuse(409, 'conflict')
  store.continue('c', 'a1')
  await vi.waitFor(() => expect(store.getState().failures.c?.reason).toBe('notContinued'))
  expect(viewOf(store, 'c')?.messages).toEqual(broken.messages)
  // Nor one that it does not generate anew; whoever was signed out meanwhile is told that.
  site.refuse(401, 'sign_in_required')
  store.regenerate('c', 'q1')
  await vi.waitFor(() =>
    expect(store.getState().failures.c).toMatchObject({ reason: 'notRegenerated', because: 'signedOut' }),
  )
  expect(viewOf(store, 'c')?.messages).toEqual(broken.messages)
})

test('stopping before the site has the question gives the text back', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.send('c', 'Wait')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  await store.stop('c')
  await vi.waitFor(() => expect(store.getState().failures.c?.reason).toBe('stopped'))
  expect(store.takeReturned('c')?.text).toBe('Wait')
  expect(site.requests.some(({ path }) => path.endsWith('/stop'))).toBe(true)
})

test.each([
  ['c', 'in a conversation', detail],
  [null, 'as the first one', null],
] as const)(
  'a question that waits for a network is changed in its place %s',
  async (conversationId, _, opened) => {
    const store = new ChatStore(
      { preferences: defaultPreferences, conversations: [], detail: opened },
      () => {},
    )
    vi.stubGlobal('navigator', { onLine: false })
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    const key = conversationId ?? NEW
    const asked = store.send(conversationId, 'Why tni?', { models: ['m', 'n'] })
    await vi.waitFor(() => expect(store.getState().detachedIds).toEqual([asked.answerId]))
    expect(await store.askInsteadOfUnsent(asked.questionId, 'Why tin?', [])).toBe(true)
    await vi.waitFor(() => expect(store.getState().detachedIds).not.toEqual([asked.answerId]))
    const textsOf = () =>
      viewOf(store, asked.conversationId)
        ?.messages.filter(({ role }) => role === 'user')
        .flatMap(({ parts }) => parts)
    const before = detail.messages.slice(0, 1).flatMap(({ parts }) => parts)
    expect(textsOf()).toEqual([...(opened ? before : []), { type: 'text', text: 'Why tin?' }])
    // Nothing comes back to the composer, and a reload finds what is to be asked now.
    expect(store.getState().failures).toEqual({})
    expect(JSON.parse(storage.get(`tain:sending:${key}`) ?? '')).toMatchObject([
      {
        text: 'Why tin?',
        model: 'm',
        models: ['m', 'n'],
        conversationId: asked.conversationId,
        parentId: asked.parentId,
      },
    ])
    // What goes out when there is a network is the new one alone.
    vi.stubGlobal('navigator', { onLine: true })
    vi.stubGlobal('fetch', site.fetch)
    window.dispatchEvent(new Event('online'))
    await vi.waitFor(() =>
      expect(site.asked()).toMatchObject([{ text: 'Why tin?', parentId: asked.parentId }]),
    )
    const [request] = site.asked() as (SendRequest & { questionId: string })[]
    expect(request).not.toMatchObject({ questionId: asked.questionId })
    // All the models that were to answer it are asked, not the first alone.
    site.emit(started(request as SendRequest))
    await vi.waitFor(() =>
      expect(site.asked().slice(1)).toMatchObject([
        { kind: 'regenerate', model: 'n', questionId: request?.questionId },
      ]),
    )
  },
)

test('a question that the site has taken is not forgotten for another', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  const asked = store.send('c', 'Why tni?')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(asked))
  await vi.waitFor(() => expect(store.isUnsent(asked.answerId)).toBe(false))
  expect(await store.askInsteadOfUnsent(asked.questionId, 'Why tin?', [])).toBe(false)
  expect(viewOf(store, 'c')?.messages.some(({ id }) => id === asked.questionId)).toBe(true)
})

test('a question that could not be asked differently leaves what was shown, and is the same edit when it is sent again', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  const edited = { id: 'q1', parentId: null }
  site.refuse(429, 'site_limit')
  store.send('c', 'Why not?', { insteadOf: edited })
  await vi.waitFor(() => expect(store.getState().failures.c).toBeDefined())
  const returned = store.takeReturned('c')
  expect(returned).toMatchObject({ text: 'Why not?', insteadOf: 'q1' })
  expect(viewOf(store, 'c')?.leafId).toBe('a1')
  expect(editAgain(store, 'c', 'q1', { text: 'Why not?', files: [] })).toBe(true)
  expect(store.getState().editing).toMatchObject({ questionId: 'q1', returned: { text: 'Why not?' } })
  // What is open already is not taken from whoever writes there.
  expect(editAgain(store, 'c', 'q1', { text: 'Another', files: [] })).toBe(false)
  site.accept()
  store.send('c', 'Why not?', { insteadOf: edited })
  await vi.waitFor(() => expect(site.asked()).toHaveLength(2))
  const [refused, again] = site.asked()
  expect(again).toEqual(refused)
})

test('what waits behind a question comes back with it, in order, for its reason, and stays kept until then', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, () => {})
  const { promise: refusal, resolve: refuse } = Promise.withResolvers<Response>()
  vi.stubGlobal('fetch', () => refusal)
  const { conversationId } = store.send(null, 'First', { models: ['m', 'n'] })
  const waiting = queueQuestion(store, conversationId, { text: 'Second', files: [], model: null })
  const kept = () =>
    JSON.parse(storage.get('tain:sending:new') ?? '[]').map(({ text }: { text: string }) => text)
  expect(kept()).toEqual(['First', 'Second'])
  const error = { code: 'site_limit', message: 'Slow down.' }
  refuse(Response.json({ error }, { status: 429, headers: { 'retry-after': '12' } }))
  await waiting
  expect(store.getState()).toMatchObject({ views: {}, openingId: null })
  expect(store.getState().failures[NEW]).toMatchObject({
    reason: 'limit',
    text: 'First\n\nSecond',
    models: ['m', 'n'],
  })
  // Its writer may be in another conversation, from where the page is left.
  expect(kept()).toEqual(['First', 'Second'])
  store.takeReturned(NEW)
  store.unsent.taken(NEW)
  expect(storage.size).toBe(0)
})

test('what waits behind a question waits behind the one that is asked in its place', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  vi.stubGlobal('navigator', { onLine: false })
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const asked = store.send('c', 'Why tni?')
  void queueQuestion(store, 'c', { text: 'And then?', files: [], model: null })
  expect(await store.askInsteadOfUnsent(asked.questionId, 'Why tin?', [])).toBe(true)
  expect(viewOf(store, 'c')?.queue).toMatchObject([{ text: 'And then?', isSending: true }])
  vi.stubGlobal('navigator', { onLine: true })
  vi.stubGlobal('fetch', site.fetch)
  window.dispatchEvent(new Event('online'))
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(site.asked()[0] as SendRequest))
  await vi.waitFor(() => expect(site.requests.some(({ path }) => path === '/api/queue')).toBe(true))
  const queued = site.requests.find(({ path }) => path === '/api/queue')
  expect(queued?.body).toMatchObject({ text: 'And then?', parentId: site.asked()[0]?.answerId })
})

test('without a network, what waits to be generated anew or gone on with is stopped all the same', async () => {
  const store = new ChatStore(
    { preferences: defaultPreferences, conversations: [], detail: broken },
    () => {},
  )
  vi.stubGlobal('navigator', { onLine: false })
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const stopWaiting = async () => {
    const { id = '' } = runningAnswer(viewOf(store, 'c')) ?? {}
    await vi.waitFor(() => expect(store.getState().detachedIds).toEqual([id]))
    expect(store.isUnsent(id)).toBe(true)
    await store.stop('c')
    await vi.waitFor(() => expect(viewOf(store, 'c')?.messages).toEqual(broken.messages))
    expect(store.isUnsent(id)).toBe(false)
    await vi.waitFor(() => expect(store.getState().detachedIds).toEqual([]))
  }
  store.regenerate('c', 'q1')
  await stopWaiting()
  store.continue('c', 'a1')
  await stopWaiting()
})

test('stopping a running answer asks the site and waits for its end', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.send('c', 'Go on')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(site.asked()[0] as SendRequest))
  await vi.waitFor(() => expect(store.getState().announcement).toBe('started'))
  await store.stop('c')
  expect(runningAnswer(viewOf(store, 'c'))).toBeDefined()
  site.emit({ type: 'end', status: 'stopped', error: null, model: null })
  await vi.waitFor(() => expect(answerOf(store, 'c')?.status).toBe('stopped'))
})

test('a text that an earlier page was sending is recovered, unless the site had stored it', () => {
  const outgoing = { conversationId: 'c', questionId: 'q9', parentId: 'a1', text: 'Half sent' }
  const keep = (value: object) => storage.set('tain:sending:c', JSON.stringify(value))
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  keep(outgoing)
  expect(store.recoverUnsent('c')).toMatchObject([{ text: 'Half sent' }])
  expect(store.recoverUnsent('c')).toEqual([])
  keep([
    { ...outgoing, questionId: 'q1' },
    { ...outgoing, questionId: 'q8', text: 'Behind it' },
  ])
  expect(store.recoverUnsent('c')).toMatchObject([{ text: 'Behind it' }])
})

test('a text that another tab is still sending is the same question when it is sent from here too', () => {
  const kept = {
    kind: 'ask',
    conversationId: 'c',
    parentId: 'a1',
    questionId: 'q9',
    answerId: 'a9',
    files: [],
  }
  storage.set('tain:sending:c', JSON.stringify({ ...kept, text: 'Half sent' }))
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail }, () => {})
  store.recoverUnsent('c')
  expect(store.send('c', 'Half sent')).toEqual({
    kind: 'ask',
    conversationId: 'c',
    parentId: 'a1',
    questionId: 'q9',
    answerId: 'a9',
    text: 'Half sent',
  })
  expect(store.send('c', 'Another').questionId).not.toBe('q9')
})

test('a conversation that is not there is missing, and one that cannot be fetched may be tried again', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, () => {})
  site.refuse(404, 'not_found')
  await store.open('gone')
  expect(viewOf(store, 'gone')?.phase).toBe('missing')
  site.refuse(503, 'draining')
  await store.open('later')
  expect(viewOf(store, 'later')?.phase).toBe('failed')
})

test('what went on elsewhere is fetched anew when it is shown again, and what was deleted there is gone', async () => {
  const store = new ChatStore(
    { preferences: defaultPreferences, conversations: [conversation('c', 5), conversation('d', 4)], detail },
    () => {},
  )
  let answers: Record<string, Response> = {}
  vi.stubGlobal('fetch', async (path: string) => answers[path] ?? new Response(null, { status: 404 }))
  const list = (...conversations: Conversation[]) => ({
    '/api/conversations': Response.json({ conversations, folders: [] }),
  })
  const grown = { ...conversation('c', 6), title: 'Named elsewhere' }

  answers = list(grown, conversation('d', 4))
  await store.refreshList('c')
  expect(store.getState().conversations[0]?.title).toBe('Named elsewhere')
  expect(viewOf(store, 'c')?.phase).toBe('ready')
  answers = list({ ...grown, updatedAt: 7 }, conversation('d', 4))
  await store.refreshList('d')
  expect(viewOf(store, 'c')).toBeUndefined()

  answers = { '/api/conversations/c': Response.json(detail) }
  await store.open('c')
  answers = {}
  await store.refresh('c')
  expect(viewOf(store, 'c')?.phase).toBe('missing')
  answers = { '/api/conversations/c': Response.json(detail) }
  await store.refresh('c')
  expect(viewOf(store, 'c')?.phase).toBe('ready')

  // As after a time without a network.
  answers = { '/api/conversations/d': new Response(null, { status: 503 }) }
  await store.open('d')
  expect(viewOf(store, 'd')?.phase).toBe('failed')
  answers = { '/api/conversations/d': Response.json({ ...detail, id: 'd' }) }
  await store.refresh('d')
  expect(viewOf(store, 'd')?.phase).toBe('ready')
})

test('news that the site gave before an answer was asked for and written take nothing of it away', async () => {
  const store = new ChatStore(
    { preferences: defaultPreferences, conversations: [conversation('c', 5)], detail },
    () => {},
  )
  const { promise: stale, resolve: arrive } = Promise.withResolvers<Response>()
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) =>
    path === '/api/conversations/c' ? stale : site.fetch(path, init),
  )
  const refreshed = store.refresh('c')
  const { questionId, answerId } = store.send('c', 'And then?')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  site.emit(started(site.asked()[0] as SendRequest))
  site.emit(text('Then that.'))
  site.emit(ended)
  await vi.waitFor(() => expect(answerOf(store, 'c')?.status).toBe('complete'))
  await vi.waitFor(() => expect(store.getState().announcement).toBe('complete'))
  arrive(Response.json(detail))
  await refreshed
  const view = viewOf(store, 'c')
  expect(view?.messages.map(({ id }) => id)).toEqual(['q1', 'a1', questionId, answerId])
  expect(view?.leafId).toBe(answerId)
  expect(answerOf(store, 'c')?.parts).toEqual([{ type: 'text', text: 'Then that.' }])
})

test('a conversation begins with the tools that are on, once; a look of an image lasts until the answer ends', async () => {
  const store = new ChatStore({ preferences: defaultPreferences, conversations: [], detail: null }, () => {})
  store.update((state) => ({ ...state, newTools: ['image_generation'] }))
  store.send(null, 'Draw')
  await vi.waitFor(() => expect(site.asked()).toHaveLength(1))
  const request = site.asked()[0] as SendRequest
  expect(request).toMatchObject({ settings: { tools: ['image_generation'] } })
  // They are back should the question not arrive; then they were those of the conversation that has begun.
  expect(store.getState().newTools).toEqual(['image_generation'])
  site.emit(started(request))
  await vi.waitFor(() => expect(store.getState().newTools).toEqual([]))
  site.emit({ type: 'preview', callId: 'c', image: 'data:image/webp;base64,AA' })
  await vi.waitFor(() => expect(store.getState().previews).toEqual({ c: 'data:image/webp;base64,AA' }))
  expect(answerOf(store, request.conversationId)?.parts).toEqual([])
  site.emit(ended)
  await vi.waitFor(() => expect(store.getState().previews).toEqual({}))
})
