import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { noteChange } from '#components/chat/state/changes-under-way.ts'
import {
  followRun,
  RequestFailure,
  type RunEnvironment,
  sendAndFollow,
} from '#components/chat/state/run-client.ts'
import type { RunEvent, SendRequest } from '#lib/chat/contract.ts'
import { sampleConversation, sampleMessage } from '#tests/support/samples.ts'

const request: SendRequest = {
  kind: 'ask',
  conversationId: 'c',
  parentId: null,
  questionId: 'q',
  answerId: 'a',
  text: 'Hello',
}
const message = sampleMessage({ parentId: 'q', status: 'running' })
const conversation = sampleConversation({ activeLeafId: 'a', revision: 1 })
const start: RunEvent = { type: 'start', conversation, message }
const delta: RunEvent = { type: 'delta', kind: 'text', text: 'Hi' }
const end: RunEvent = { type: 'end', status: 'complete', error: null, model: 'm' }

const stream = (...events: RunEvent[]) => streamFrom(0, ...events)

/** A stream whose first event has the sequence number `seq`. */
const streamFrom = (seq: number, ...events: RunEvent[]) =>
  new Response(events.map((event, i) => `id: ${seq + i}\ndata: ${JSON.stringify(event)}\n\n`).join(''))

const refused = (status: number, code: string) =>
  Response.json({ error: { code, message: `It is ${code}.` } }, { status })

type Answer = Response | Error | ((init: RequestInit | undefined) => Promise<Response>)

/** A network that gives the listed answers in turn; waiting takes no time and is recorded. */
function network(...answers: Answer[]) {
  const calls: { path: string; method: string }[] = []
  const pausesMs: number[] = []
  let onReturn = () => {}
  let onUnseen = () => {}
  const env: RunEnvironment = {
    fetch: async (input, init) => {
      calls.push({ path: String(input), method: init?.method ?? 'GET' })
      const answer = answers.shift()
      if (answer === undefined) throw new Error('The test expected no further request.')
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? answer(init) : answer
    },
    pause: async (ms) => {
      pausesMs.push(ms)
    },
    onReturn: (callback) => {
      onReturn = callback
      return () => {}
    },
    onUnseen: (callback) => {
      onUnseen = callback
      return () => {}
    },
    random: () => 1,
  }
  return { env, calls, pausesMs, comeBack: () => onReturn(), goUnseen: () => onUnseen() }
}

function listen() {
  const events: RunEvent[] = []
  const connected: boolean[] = []
  return {
    events,
    connected,
    onEvent: (event: RunEvent) => void events.push(event),
    onConnected: (state: boolean) => void connected.push(state),
  }
}

const { signal } = new AbortController()

test('a question is sent once and its events arrive in order', async () => {
  const { env, calls } = network(stream(start, delta, end))
  const listener = listen()
  await sendAndFollow(request, listener, signal, env)
  expect(listener.events).toEqual([start, delta, end])
  expect(calls).toEqual([{ path: '/api/chat', method: 'POST' }])
})

test('a question is on its way before the page has a chance to render', async () => {
  const { env, calls } = network(stream(start, end))
  const sent = sendAndFollow(request, listen(), signal, env)
  expect(calls).toHaveLength(1)
  await sent
})

test('a question goes out after the settings that were changed before it, whatever became of them', async () => {
  const { env, calls } = network(stream(start, end))
  const stored = Promise.withResolvers<void>()
  const refused = Promise.withResolvers<void>()
  noteChange(stored.promise)
  noteChange(refused.promise).catch(() => undefined)
  const sent = sendAndFollow(request, listen(), signal, env)
  stored.resolve()
  await setImmediate()
  expect(calls).toEqual([])
  refused.reject(new Error('not stored'))
  await sent
  expect(calls).toHaveLength(1)
})

test('a connection that closes without an end is attached again after what it gave', async () => {
  const { env, calls, pausesMs } = network(
    stream(start, delta),
    new Error('reset'),
    streamFrom(2, delta, end),
  )
  const listener = listen()
  await sendAndFollow(request, listener, signal, env)
  expect(listener.events).toEqual([start, delta, delta, end])
  expect(listener.connected).toEqual([true, false, false, true])
  expect(calls.slice(1)).toEqual(Array(2).fill({ path: '/api/messages/a/events?after=1', method: 'GET' }))
  expect(pausesMs[1]).toBeGreaterThan(pausesMs[0] ?? Number.POSITIVE_INFINITY)
})

test('a page that holds nothing asks for everything', async () => {
  const { env, calls } = network(stream(start), streamFrom(1, delta, end))
  await followRun('a', listen(), signal, env)
  expect(calls.map(({ path }) => path)).toEqual(['/api/messages/a/events', '/api/messages/a/events?after=0'])
})

test('pauses grow while nothing new arrives, up to a limit', async () => {
  const silent = Array.from({ length: 12 }, () => stream(start))
  const { env, pausesMs } = network(...silent, stream(start, end))
  await followRun('a', listen(), signal, env)
  expect(pausesMs).toEqual([...pausesMs].sort((a, b) => a - b))
  expect(Math.max(...pausesMs)).toBe(15_000)
})

test('a refusal gives the site’s own words and is not repeated', async () => {
  const { env, calls } = network(refused(413, 'too_large'))
  const failure = await sendAndFollow(request, listen(), signal, env).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(RequestFailure)
  expect(failure).toMatchObject({ status: 413, code: 'too_large', message: 'It is too_large.' })
  expect(calls).toHaveLength(1)
})

test('an unreachable site is asked again with the same ids, then the text is given back', async () => {
  const lost = new TypeError('network')
  const { env, calls } = network(lost, lost, lost)
  await expect(sendAndFollow(request, listen(), signal, env)).rejects.toMatchObject({ status: 0 })
  expect(calls).toHaveLength(3)
  const again = network(lost, stream(start, end))
  await sendAndFollow(request, listen(), signal, again.env)
  expect(again.calls.map(({ method }) => method)).toEqual(['POST', 'POST'])
})

test('without a network a question waits, however long, and goes out when there is one', async () => {
  const away = Array.from({ length: 10 }, () => new Error('offline'))
  const { env, calls } = network(...away, stream(start, delta, end))
  const listener = listen()
  await sendAndFollow(request, listener, signal, { ...env, isOffline: () => calls.length <= away.length })
  expect(calls).toHaveLength(11)
  expect(listener.events).toEqual([start, delta, end])
  expect([listener.connected[0], listener.connected.at(-1)]).toEqual([false, true])
})

test('a run that the site does not know is given up', async () => {
  const { env } = network(refused(404, 'not_found'))
  await expect(followRun('a', listen(), signal, env)).rejects.toMatchObject({ status: 404 })
})

test('an error of the site while attaching is survived', async () => {
  const { env } = network(refused(503, 'draining'), stream(start, end))
  const listener = listen()
  await followRun('a', listener, signal, env)
  expect(listener.events.at(-1)).toEqual(end)
})

/** A response that says `start` and then nothing until its request is aborted. */
const silentStream = async (init: RequestInit | undefined) =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`id: 0\ndata: ${JSON.stringify(start)}\n\n`))
        init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
      },
    }),
  )

test('a silent connection is broken and attached again', async () => {
  vi.useFakeTimers()
  try {
    const { env } = network(silentStream, stream(start, end))
    const listener = listen()
    const followed = followRun('a', listener, signal, env)
    await vi.advanceTimersByTimeAsync(39_000)
    expect(listener.events).toEqual([start])
    await vi.advanceTimersByTimeAsync(2_000)
    await followed
    expect(listener.events).toEqual([start, start, end])
  } finally {
    vi.useRealTimers()
  }
})

test('a page that comes back does not trust a connection that has been silent', async () => {
  vi.useFakeTimers()
  try {
    const { env, comeBack } = network(silentStream, stream(start, end))
    const listener = listen()
    const followed = followRun('a', listener, signal, env)
    await vi.advanceTimersByTimeAsync(10_000)
    comeBack()
    await vi.advanceTimersByTimeAsync(0)
    expect(listener.events).toEqual([start])
    await vi.advanceTimersByTimeAsync(15_000)
    comeBack()
    await followed
    expect(listener.events.at(-1)).toEqual(end)
  } finally {
    vi.useRealTimers()
  }
})

test('a page that nobody looks at lets its connection go, and goes on where it was when it is seen', async () => {
  const seen = Promise.withResolvers<void>()
  const { env, calls, goUnseen } = network(silentStream, streamFrom(1, delta, end))
  const listener = listen()
  env.pause = () => seen.promise
  const sent = sendAndFollow(request, listener, signal, env)
  await vi.waitFor(() => expect(listener.events).toHaveLength(1))
  goUnseen()
  await setImmediate()
  expect(calls).toHaveLength(1)
  seen.resolve()
  await sent
  expect(listener.events).toEqual([start, delta, end])
  expect(calls[1]?.path).toBe('/api/messages/a/events?after=0')
  // For whoever comes back there was no interruption.
  expect(listener.connected).not.toContain(false)
})

test('a question that the site does not have yet keeps its connection, whoever looks', async () => {
  const answer = Promise.withResolvers<Response>()
  const { env, calls, goUnseen } = network(() => answer.promise)
  const sent = sendAndFollow(request, listen(), signal, env)
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  goUnseen()
  answer.resolve(stream(start, end))
  await sent
  expect(calls).toHaveLength(1)
})

test('letting go ends the following without a stop and without a failure', async () => {
  const controller = new AbortController()
  const { env, calls } = network(silentStream)
  const listener = { ...listen(), onEvent: () => controller.abort() }
  await sendAndFollow(request, listener, controller.signal, env)
  expect(calls).toHaveLength(1)
})
