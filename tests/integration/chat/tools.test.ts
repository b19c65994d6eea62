import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import type { ConversationSettings } from '#lib/chat/conversation-settings.ts'
import { unusedFiles } from '#lib/chat/files/collect-files.ts'
import { findFile, keyOfFile, loadFile } from '#lib/chat/files/file-rows.ts'
import { type HostedTool, hostedTools } from '#lib/chat/hosted-tools.ts'
import { applyIncrement, type Part, visibleParts } from '#lib/chat/parts.ts'
import { loadRaw } from '#lib/chat/receipts.ts'
import { findLiveRun } from '#lib/chat/runs/live-runs.ts'
import { findAnswer } from '#lib/chat/runs/run-store.ts'
import { attachRun } from '#lib/chat/runs/run-stream.ts'
import { sendMessage } from '#lib/chat/send-message.ts'
import { answerTemporarily } from '#lib/chat/temporary-answer.ts'
import type { Database } from '#lib/db/schema.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { drawImage } from '#server/demo-upstream/draw-image.ts'
import { answer, createLiveAnswer, fault, on, type ScriptStep } from '#server/demo-upstream/script-steps.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { newQuestion, runEvents } from '#tests/support/site-client.ts'
import { answerTo, gatewayAt, turnDependencies } from '#tests/support/turns.ts'

// OpenAI's own tools as the Responses API has them, played by the demo upstream over real sockets.
let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

/** Scripts the next answer; the list of models is the demo's own. */
const script = (step: ScriptStep) => upstream.script(on({ path: '/v1/responses' }, step))

const names = ['localhost', 'LOCALHOST']

const OWNER = 'an-owner'
const store = memoryStore()

const depsOf = (db: Database, gateway: Partial<ChatGateway> = {}) => ({
  ...turnDependencies(db, store, gatewayAt(upstream, { tools: hostedTools, ...gateway })),
  fileLimits: { maxBytes: 10_000_000, maxBytesInAll: undefined },
})

type Deps = ReturnType<typeof depsOf>

async function ask(deps: Deps, settings: ConversationSettings, more = {}) {
  const request = { ...newQuestion({ text: 'Which glass?' }), settings, ...more }
  return { request, answer: await answerTo(deps, OWNER, request) }
}

interface Item {
  type?: string
  role?: string
  content?: Record<string, unknown>[]
}

const sentInput = async (): Promise<Item[]> => {
  const request = await upstream.nextRequest({ path: '/v1/responses' })
  return JSON.parse(String(await request.body)).input
}

/** The output of a Response, as it was on the wire. */
async function outputOf(db: Database, answerId: string): Promise<Item[]> {
  const raw = await loadRaw(db, OWNER, answerId)
  const events = String(raw?.bytes).split('\n\n')
  const completed = events.find((event) => event.startsWith('event: response.completed')) ?? ''
  return JSON.parse(completed.slice(completed.indexOf('{'))).response.output
}

/** Waits until the answer, as a reader sees it, is so far. */
async function until(db: Database, answerId: string, isSo: (parts: Part[]) => boolean) {
  let parts: Part[] = []
  for await (const event of runEvents(new Response(await attachRun(db, OWNER, answerId)))) {
    if (event.type === 'start') parts = event.message.parts
    else if (event.type !== 'end' && event.type !== 'preview') parts = applyIncrement(parts, event)
    if (isSo(parts)) return
  }
}

const askedTools = async () => {
  const body = JSON.parse(String(await (await upstream.nextRequest({ path: '/v1/responses' })).body))
  return (body.tools ?? []).map(({ type }: { type: string }) => type)
}

onEveryDatabase('tools of OpenAI’s own', (db) => {
  it('are asked for as the conversation has them, and what they did is kept', async () => {
    const png = drawImage('glass')
    script(
      answer.text('Silvered glass.', {
        uses: [
          { tool: 'web_search', queries: ['silvered glass'], pages: ['https://example.com/'] },
          { tool: 'code_interpreter', code: 'print("a\\"b")', logs: 'a"b' },
          { tool: 'image_generation', prompt: 'A piece of glass', png },
        ],
      }),
    )
    const { answer: told, request } = await ask(depsOf(db()), { tools: [...hostedTools] })
    expect(await askedTools()).toEqual(hostedTools)
    expect(told && visibleParts(told.parts)).toMatchObject([
      { type: 'tool-call', name: 'web_search' },
      { type: 'tool-result', output: { action: { queries: ['silvered glass'] } } },
      { type: 'tool-call', name: 'code_interpreter', input: { code: 'print("a\\"b")' } },
      { type: 'tool-result', output: { outputs: [{ type: 'logs', logs: 'a"b' }] } },
      { type: 'tool-call', name: 'image_generation' },
      { type: 'tool-result', output: { prompt: 'A piece of glass' } },
      { type: 'file', name: 'A piece of glass.png', mediaType: 'image/png', width: 640, height: 480 },
      { type: 'text', text: 'Silvered glass.' },
      { type: 'source', url: 'https://example.com/' },
    ])
    const file = told?.parts.find((part) => part.type === 'file')
    expect(file?.callId).toBe(
      told?.parts.flatMap((part) => (part.type === 'tool-call' ? [part] : [])).at(-1)?.id,
    )
    // The image lies in the store, byte for byte and its owner's alone, and not in the message.
    expect(JSON.stringify(told).length).toBeLessThan(4_000)
    const row = await findFile(db(), OWNER, file?.fileId ?? '')
    expect(row && (await store.get(keyOfFile(row)))).toEqual(png)
    expect(await findFile(db(), 'somebody-else', file?.fileId ?? '')).toBeUndefined()
    // Its conversation uses it, so that it is not collected as an upload that nobody sent.
    await unusedFiles(store, 1).erase(db(), Date.now() + 48 * 60 * 60 * 1000, 100)
    expect(await findFile(db(), OWNER, file?.fileId ?? '')).toMatchObject({ status: 'kept' })
    expect(request.settings.tools).toEqual(hostedTools)
  })

  it('and what else an answer came in are sent back exactly, so that the conversation goes on', async () => {
    const png = drawImage('sent back')
    script(
      answer.text('Silver ([a.test](https://a.test/)) 🪞.', {
        reasoning: 'Mirrors are silvered.',
        uses: [
          { tool: 'web_search', queries: ['mirror'], pages: ['https://a.test/'] },
          { tool: 'code_interpreter', code: 'print(1)', logs: '1' },
          { tool: 'image_generation', prompt: 'A mirror', png },
        ],
      }),
    )
    const { request } = await ask(depsOf(db()), { tools: [...hostedTools] })
    const given = await outputOf(db(), request.answerId)
    expect(given.map(({ type }) => type)).toEqual([
      'reasoning',
      'web_search_call',
      'code_interpreter_call',
      'image_generation_call',
      'message',
    ])
    await upstream.nextRequest({ path: '/v1/responses' })
    const { conversationId, answerId: parentId } = request
    await ask(depsOf(db()), {}, { conversationId, parentId })
    const [, ...sent] = await sentInput()
    const [message] = given.at(-1)?.content ?? []
    const { logprobs: _, ...content } = message ?? {}
    expect(sent.slice(0, -1)).toEqual([...given.slice(0, -1), { ...given.at(-1), content: [content] }])
    expect(sent.at(-1)).toMatchObject({ role: 'user' })

    // Another model cannot read what this one thought: it gets the text.
    await ask(depsOf(db()), {}, { conversationId, parentId, model: 'tain-demo-fast' })
    expect((await sentInput())[1]).toEqual({
      role: 'assistant',
      content: 'Silver ([a.test](https://a.test/)) 🪞.',
    })
    // So does an upstream that refuses what another account of OpenAI encrypted.
    script(fault.badRequest('The encrypted content could not be verified.', 'invalid_encrypted_content'))
    const { answer: last } = await ask(depsOf(db()), {}, { conversationId, parentId })
    expect(last?.status).toBe('complete')
    expect((await sentInput()).map(({ type }) => type)).toContain('reasoning')
    expect(await sentInput()).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }])
  })

  it('are told with what was thought, where upstream tells that', async () => {
    // What one upstream refuses is remembered by its address, which is to be one of this test alone.
    const baseUrl = upstream.url.replace('127.0.0.1', names.pop() ?? '')
    const said = { reasoning: 'Because.' }
    script(fault.badRequest('Your organization must be verified.', 'unsupported_value', 'reasoning.summary'))
    script(answer.text('Silver.', said))
    const { answer: silent } = await ask(depsOf(db(), { baseUrl }), {})
    expect(silent).toMatchObject({ status: 'complete', parts: [{ type: 'text', text: 'Silver.' }] })
    script(answer.text('Glass.', said))
    await ask(depsOf(db(), { baseUrl }), {})
    const asked = upstream.received.filter(({ method }) => method === 'POST').map(({ body }) => body)
    const summaries = (await Promise.all(asked)).map((body) => JSON.parse(String(body)).reasoning?.summary)
    expect(summaries).toEqual(['auto', undefined, undefined])

    script(answer.text('Silver.', said))
    const { answer: told } = await ask(depsOf(db()), {})
    expect(told?.parts[0]).toMatchObject({ type: 'reasoning', text: 'Because.', ms: expect.any(Number) })
  })

  it('say for how long was thought, also where the thinking was stopped', async () => {
    // Silent in the middle of its thoughts.
    const thoughts = answer.text('Never said.', { reasoning: 'Let me think.' })
    script({ ...thoughts, ...fault.stall({ afterChunks: 6 }) })
    const request = newQuestion({ text: 'Stop thinking' })
    await sendMessage(depsOf(db()), OWNER, request)
    await until(db(), request.answerId, (parts) => parts.length > 0)
    findLiveRun(request.answerId)?.stop('stopped')
    await findLiveRun(request.answerId)?.finished
    const found = await findAnswer(db(), OWNER, request.answerId)
    expect(found?.answer).toMatchObject({
      status: 'stopped',
      parts: [{ type: 'reasoning', ms: expect.any(Number) }],
    })
  })

  it('make no images in a temporary chat, where nothing is kept', async () => {
    const { gateway } = depsOf(db())
    const messages = [{ role: 'user' as const, text: 'Draw glass' }]
    const stream = answerTemporarily(
      gateway,
      { tools: [...hostedTools] },
      { answerId: crypto.randomUUID(), messages },
    )
    for await (const event of runEvents(new Response(stream))) if (event.type === 'end') break
    expect(await askedTools()).toEqual(['web_search', 'code_interpreter'])
  })

  it('are not asked for where operator, API, model or conversation have none', async () => {
    const all: HostedTool[] = [...hostedTools]
    await ask(depsOf(db(), { tools: ['web_search'] }), { tools: all })
    expect(await askedTools()).toEqual(['web_search'])
    await ask(depsOf(db(), { tools: [] }), { tools: all })
    expect(await askedTools()).toEqual([])
    await ask(depsOf(db()), {})
    expect(await askedTools()).toEqual([])
    const offer = { named: [{ id: 'tain-demo', tools: false }], others: true }
    await ask(depsOf(db(), { offer }), { tools: all })
    expect(await askedTools()).toEqual([])
    await ask({ ...depsOf(db()), fileLimits: undefined } as unknown as Deps, { tools: all })
    expect(await askedTools()).toEqual(['web_search', 'code_interpreter'])
  })

  it('have the files that code made kept before their container is gone, as far as files are kept here', async () => {
    const chart = drawImage('a chart')
    const table = Buffer.from('name,letters\nsilver,6\n')
    const files = [
      { name: 'chart.png', content: chart },
      { name: 'table.csv', content: table },
      { name: 'odd.bin', content: Buffer.from([0, 1, 2, 255]) },
    ]
    const links = files.map(({ name }) => `[${name}](sandbox:/mnt/data/${name})`).join(' ')
    script(
      answer.text(`Here: ${links} [gone.png](sandbox:/mnt/data/gone.png)`, {
        uses: [{ tool: 'code_interpreter', code: 'plot()', logs: '', files }],
      }),
    )
    const { answer: told } = await ask(depsOf(db()), { tools: ['code_interpreter'] })
    const made = told?.parts.filter((part) => part.type === 'file') ?? []
    expect(told?.status).toBe('complete')
    expect(made).toMatchObject([
      { name: 'chart.png', mediaType: 'image/png' },
      { name: 'table.csv', mediaType: 'text/plain' },
    ])
    expect(made[0]?.callId).toBe(told?.parts.find((part) => part.type === 'tool-call')?.id)
    const bytes = await Promise.all(made.map(({ fileId }) => loadFile({ db: db(), store }, OWNER, fileId)))
    expect(bytes).toEqual([chart, table])
  })

  it('show those who are there how an image looks while it is made, and keep nothing of it', async () => {
    const made = Promise.withResolvers<void>()
    const image = { tool: 'image_generation' as const, prompt: 'Glass', png: drawImage('preview') }
    script(answer.text('There.', { uses: [{ ...image, until: made.promise }] }))
    const request = { ...newQuestion({ text: 'Draw' }), settings: { tools: ['image_generation' as const] } }
    await sendMessage(depsOf(db()), OWNER, request)
    const kept = store.keys().length
    for await (const event of runEvents(new Response(await attachRun(db(), OWNER, request.answerId)))) {
      if (event.type !== 'preview') continue
      expect(event.image).toMatch(/^data:image\/webp;base64,/)
      expect(event.image.length).toBeLessThan(40_000)
      break
    }
    expect(store.keys()).toHaveLength(kept)
    made.resolve()
    await findLiveRun(request.answerId)?.finished
    const found = await findAnswer(db(), OWNER, request.answerId)
    expect(JSON.stringify(found?.answer)).not.toContain('data:')
    expect(found?.answer.parts.filter(({ type }) => type === 'file')).toHaveLength(1)
  })

  it('say why upstream made no image, and the answer goes on', async () => {
    const response = { id: 'resp_1', created_at: 1, model: 'tain-demo' }
    const failed = { id: 'ig_1', type: 'image_generation_call', status: 'failed', result: null }
    const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] }
    const error = { code: 'moderation_blocked', message: 'The image was refused.' }
    const output = [{ ...failed, error }, message]
    script(
      answer.sse(
        [
          { type: 'response.created', response },
          { type: 'response.output_item.added', output_index: 0, item: { ...failed, status: 'in_progress' } },
          { type: 'response.output_item.done', output_index: 0, item: output[0] },
          { type: 'response.output_item.added', output_index: 1, item: message },
          {
            type: 'response.output_text.delta',
            item_id: 'msg_1',
            output_index: 1,
            delta: 'null, "result":null',
          },
          { type: 'response.output_item.done', output_index: 1, item: message },
          { type: 'response.completed', response: { ...response, output, incomplete_details: null } },
        ].map((event) => `data: ${JSON.stringify(event)}\n\n`),
      ),
    )
    const { answer: told } = await ask(depsOf(db()), { tools: ['image_generation'] })
    expect(told).toMatchObject({
      status: 'complete',
      parts: [
        { type: 'tool-call' },
        { type: 'tool-result', isError: true, output: 'The image was refused.' },
        { type: 'text', text: 'null, "result":null' },
      ],
    })
  })

  it.each(['chat', 'responses'] as const)(
    'of the model’s own invention are shown, and run by nobody (%s)',
    async (api) => {
      const call = {
        id: 'fc_1',
        type: 'function_call',
        call_id: 'call_1',
        name: 'format_disk',
        arguments: '{"all":true}',
      }
      const response = { id: 'resp_1', created_at: 1, model: 'tain-demo' }
      const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'tain-demo' }
      const asked = {
        index: 0,
        id: 'call_1',
        type: 'function',
        function: { name: 'format_disk', arguments: '{"all":true}' },
      }
      const events = {
        chat: [
          { ...chunk, choices: [{ index: 0, delta: { tool_calls: [asked] }, finish_reason: null }] },
          { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
        ],
        responses: [
          { type: 'response.created', response },
          { type: 'response.output_item.added', output_index: 0, item: { ...call, status: 'in_progress' } },
          { type: 'response.output_item.done', output_index: 0, item: { ...call, status: 'completed' } },
          { type: 'response.completed', response: { ...response, output: [call], incomplete_details: null } },
        ],
      }[api]
      upstream.script(answer.sse(events.map((event) => `data: ${JSON.stringify(event)}\n\n`)))
      const { answer: told } = await ask(depsOf(db(), { api }), {})
      expect(told).toMatchObject({
        status: 'complete',
        parts: [
          { type: 'tool-call', name: 'format_disk', input: { all: true } },
          { type: 'tool-result', isError: true },
        ],
      })
    },
  )

  it('leave their citations in an answer that is stopped', async () => {
    const live = createLiveAnswer({
      uses: [{ tool: 'web_search', queries: ['silver'], pages: ['https://a.test/'] }],
    })
    script(live.step)
    const request = { ...newQuestion({ text: 'Stop it' }), settings: { tools: [...hostedTools] } }
    await sendMessage(depsOf(db()), OWNER, request)
    live.say('银 🪞')
    live.say('（[a.test](https://a.test/)）')
    await until(db(), request.answerId, (parts) =>
      parts.some((part) => part.type === 'text' && part.citations),
    )
    findLiveRun(request.answerId)?.stop('stopped')
    await findLiveRun(request.answerId)?.finished
    const found = await findAnswer(db(), OWNER, request.answerId)
    expect(found?.answer.status).toBe('stopped')
    // Upstream counts the mirror as one character; the page as two.
    expect(found?.answer.parts.at(-1)).toMatchObject({
      type: 'text',
      citations: [{ at: 31, start: 4, end: 31, url: 'https://a.test/', title: 'a.test' }],
    })
  })

  it('say that an image could not be kept, and the answer goes on', async () => {
    script(
      answer.text('Here it is.', {
        uses: [{ tool: 'image_generation', prompt: 'Glass', png: drawImage('too large') }],
      }),
    )
    const deps = { ...depsOf(db()), fileLimits: { maxBytes: 100, maxBytesInAll: undefined } }
    const { answer: told } = await ask(deps, { tools: ['image_generation'] })
    expect(told && { ...told, parts: visibleParts(told.parts) }).toMatchObject({
      status: 'complete',
      parts: [
        { type: 'tool-call' },
        { type: 'tool-result', isError: true, output: 'The file is too large.' },
        { type: 'text', text: 'Here it is.' },
      ],
    })
  })
})

describe('the demo', () => {
  it('uses what is switched on, so that it can be tried without a key', async () => {
    const response = await fetch(`${upstream.url}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-token' },
      body: JSON.stringify({
        model: 'tain-demo',
        input: '画一只猫',
        tools: [{ type: 'web_search' }, { type: 'image_generation' }],
      }),
    })
    const { output } = (await response.json()) as { output: { type: string; content?: unknown }[] }
    expect(output.map(({ type }) => type)).toEqual(['web_search_call', 'image_generation_call', 'message'])
    expect(output.at(-1)?.content).toMatchObject([
      { annotations: [{ url: 'https://www.iana.org/domains/reserved' }, { url: 'https://example.com/' }] },
    ])
  })
})
