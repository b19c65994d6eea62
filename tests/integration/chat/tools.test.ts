import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import type { ConversationSettings } from '#lib/chat/conversation-settings.ts'
import { unusedFiles } from '#lib/chat/files/collect-files.ts'
import { findFile, keyOfFile } from '#lib/chat/files/file-rows.ts'
import { type HostedTool, hostedTools } from '#lib/chat/hosted-tools.ts'
import { findLiveRun } from '#lib/chat/live-runs.ts'
import { findAnswer } from '#lib/chat/run-store.ts'
import { sendMessage } from '#lib/chat/send-message.ts'
import type { Database } from '#lib/db/schema.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { drawImage } from '#server/demo-upstream/draw-image.ts'
import { answer, on, type ScriptStep } from '#server/demo-upstream/script-steps.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { newQuestion } from '#tests/support/site-client.ts'

// OpenAI's own tools as the Responses API has them, played by the demo upstream over real sockets.
let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

/** Scripts the next answer; the list of models is the demo's own. */
const script = (step: ScriptStep) => upstream.script(on({ path: '/v1/responses' }, step))

const OWNER = 'an-owner'
const store = memoryStore()

function depsOf(db: Database, gateway: Partial<ChatGateway> = {}) {
  return {
    db,
    store,
    gateway: {
      baseUrl: upstream.url,
      api: 'responses' as const,
      model: 'tain-demo',
      tools: hostedTools,
      token: async () => 'a-token',
      ...gateway,
    },
    fileLimits: { maxBytes: 10_000_000, maxBytesInAll: undefined },
    onStoreError(error: unknown) {
      throw error
    },
  }
}

type Deps = ReturnType<typeof depsOf>

async function ask(deps: Deps, settings: ConversationSettings, more = {}) {
  const request = { ...newQuestion({ text: 'Which glass?' }), settings, ...more }
  await sendMessage(deps, OWNER, request)
  await findLiveRun(request.answerId)?.finished
  const found = await findAnswer(deps.db, OWNER, request.answerId)
  return { request, answer: found?.answer }
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
    const parts = told?.parts.map(({ meta: _, ...part }) => part)
    expect(parts).toMatchObject([
      { type: 'tool-call', name: 'web_search' },
      { type: 'tool-result', output: { action: { queries: ['silvered glass'] } } },
      { type: 'tool-call', name: 'code_interpreter', input: { code: 'print("a\\"b")' } },
      { type: 'tool-result', output: { outputs: [{ type: 'logs', logs: 'a"b' }] } },
      { type: 'tool-call', name: 'image_generation' },
      { type: 'tool-result', output: { prompt: 'A piece of glass' } },
      { type: 'file', mediaType: 'image/png', width: 640, height: 480 },
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

  it('say that an image could not be kept, and the answer goes on', async () => {
    script(
      answer.text('Here it is.', {
        uses: [{ tool: 'image_generation', prompt: 'Glass', png: drawImage('too large') }],
      }),
    )
    const deps = { ...depsOf(db()), fileLimits: { maxBytes: 100, maxBytesInAll: undefined } }
    const { answer: told } = await ask(deps, { tools: ['image_generation'] })
    expect(told).toMatchObject({
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
