import { createHash, randomBytes } from 'node:crypto'
import OpenAI, { toFile } from 'openai'
import { beforeAll, describe, expect, test } from 'vitest'
import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { question, startDemo } from './start-demo.ts'

const demo = startDemo()
let openai: OpenAI
beforeAll(() => {
  openai = new OpenAI({ apiKey: 'sk-none', baseURL: demo.upstream.url, maxRetries: 0 })
})

describe('the normal answers, seen by the official client', () => {
  test('a chat completion streams, and joined is what the same question gets at once', async () => {
    const deltas: string[] = []
    let usage: OpenAI.CompletionUsage | null | undefined
    let finish: string | null | undefined
    const stream = await openai.chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    })
    for await (const chunk of stream) {
      const choice = chunk.choices[0]
      if (choice?.delta.content) deltas.push(choice.delta.content)
      finish = choice?.finish_reason ?? finish
      usage = chunk.usage
    }
    demo.upstream.reset()
    const whole = await openai.chat.completions.create(question)
    expect(deltas.length).toBeGreaterThan(50)
    expect(deltas.join('')).toBe(whole.choices[0]?.message.content)
    expect(finish).toBe('stop')
    expect(usage).toEqual(whole.usage)
    expect(usage?.completion_tokens).toBe(deltas.length)
  })

  test('usage is in a chat stream only when asked for', async () => {
    const text = await (await demo.post('/chat/completions', { ...question, stream: true })).text()
    expect(text).not.toContain('"usage"')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test.each([
    ['text', 'Hello'],
    ['items', [{ role: 'user' as const, content: [{ type: 'input_text' as const, text: 'Hello' }] }]],
  ])('a Response streams its events in order (input as %s)', async (_, input) => {
    const stream = await openai.responses.create({
      model: 'tain-demo',
      input,
      stream: true,
      reasoning: { effort: 'low', summary: 'auto' },
    })
    const events: OpenAI.Responses.ResponseStreamEvent[] = []
    for await (const event of stream) events.push(event)

    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index))
    const kinds = events.map(({ type }) => type)
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    const deltas = events.flatMap((event) => (event.type === 'response.output_text.delta' ? event.delta : []))
    const last = events.at(-1)
    if (last?.type !== 'response.completed') throw new Error('The stream did not complete.')
    const message = last.response.output[1]
    expect(message).toMatchObject({ type: 'message', content: [{ text: deltas.join('') }] })
    expect(last.response.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0)
  })

  test('a Response at once, read again by its id, deleted', async () => {
    const response = await openai.responses.create({ model: 'tain-demo-fast', input: '你好' })
    expect(response.output_text).toContain('内置的演示')
    expect(response.output).toHaveLength(1)
    expect(await openai.responses.retrieve(response.id)).toMatchObject({
      id: response.id,
      output: response.output,
    })
    await openai.responses.delete(response.id)
    await expect(openai.responses.retrieve(response.id)).rejects.toThrow(OpenAI.NotFoundError)
  })

  test('what is not to be stored is not, and an unknown previous Response is refused', async () => {
    const { id } = await openai.responses.create({ model: 'tain-demo', input: 'Hello', store: false })
    await expect(openai.responses.retrieve(id)).rejects.toThrow(OpenAI.NotFoundError)
    const follow = openai.responses.create({ model: 'tain-demo', input: 'And?', previous_response_id: id })
    await expect(follow).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' })
  })

  test('a limit of tokens cuts both kinds of answer short and says so', async () => {
    const chat = await openai.chat.completions.create({ ...question, max_completion_tokens: 3 })
    expect(chat.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'Hello! You' } })
    const response = await openai.responses.create({
      model: 'tain-demo',
      input: 'Say',
      max_output_tokens: 2,
    })
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    })
  })

  test('models', async () => {
    const ids: string[] = []
    for await (const { id } of openai.models.list()) ids.push(id)
    expect(ids).toEqual(['tain-demo', 'tain-demo-fast'])
    expect(await openai.models.retrieve('tain-demo')).toMatchObject({ object: 'model', owned_by: 'tain' })
    await expect(openai.models.retrieve('gpt-x')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
  })

  test('embeddings are unit vectors, the same for the same text', async () => {
    const create = (input: string[]) => openai.embeddings.create({ model: 'text-embedding-3-small', input })
    const [first, again] = [await create(['a', 'b']), await create(['a'])]
    const vector = first.data[0]?.embedding ?? []
    expect(vector).toHaveLength(1536)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    expect(again.data[0]?.embedding).toEqual(vector)
    expect(first.data[1]?.embedding).not.toEqual(vector)
  })

  test('moderations', async () => {
    const { results } = await openai.moderations.create({ input: ['good day', 'I will kill it'] })
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true])
  })

  test('a file comes back byte for byte', async () => {
    const content = randomBytes(300_000)
    const file = await openai.files.create({
      file: await toFile(content, '照片 1.bin'),
      purpose: 'user_data',
    })
    expect(file).toMatchObject({
      bytes: content.length,
      filename: '照片 1.bin',
      sha256: createHash('sha256').update(content).digest('hex'),
    })
    const download = await openai.files.content(file.id)
    expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true)
    expect((await openai.files.list()).data).toHaveLength(1)
    await openai.files.delete(file.id)
    await expect(openai.files.retrieve(file.id)).rejects.toThrow(OpenAI.NotFoundError)
  })

  test('every answer carries the headers of OpenAI', async () => {
    for (const response of [await fetch(demo.url('/models')), await fetch(demo.url('/nothing'))]) {
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
      expect(response.headers.get('openai-version')).toBe('2020-10-01')
      expect(Number(response.headers.get('openai-processing-ms'))).toBeGreaterThan(0)
      expect(response.headers.get('x-ratelimit-reset-requests')).toBe('6ms')
      await response.body?.cancel()
    }
  })
})

describe('mistakes of the caller', () => {
  const CHAT = '/chat/completions'
  test.each([
    ['malformed JSON', CHAT, '{"model":', 400, null, null],
    ['JSON that is no object', CHAT, '[]', 400, null, null],
    ['no model', CHAT, { messages: [] }, 400, 'model', 'missing_required_parameter'],
    ['no messages', CHAT, { model: 'tain-demo' }, 400, 'messages', 'missing_required_parameter'],
    ['empty messages', CHAT, { model: 'tain-demo', messages: [] }, 400, 'messages', 'empty_array'],
    [
      'messages of a wrong type',
      CHAT,
      { model: 'tain-demo', messages: 'Hi' },
      400,
      'messages',
      'invalid_type',
    ],
    ['an unknown model', CHAT, { ...question, model: 'gpt-x' }, 404, null, 'model_not_found'],
    ['usage without a stream', CHAT, { ...question, stream_options: {} }, 400, 'stream_options', null],
    ['no input', '/responses', { model: 'tain-demo' }, 400, 'input', 'missing_required_parameter'],
    ['an unknown model', '/responses', { model: 'x', input: 'Hi' }, 404, null, 'model_not_found'],
    ['an unknown path', '/nothing', {}, 404, null, null],
    ['a method that is not allowed', '/models', {}, 405, null, 'method_not_supported'],
    ['a form that is none', '/files', 'nonsense', 400, null, null],
  ])('%s on %s', async (_, path, body, status, param, code) => {
    const response = await demo.post(path, body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      error: { message: expect.stringMatching(/./), type: 'invalid_request_error', param, code },
    })
  })

  test('405 names what is allowed', async () => {
    const response = await fetch(demo.url(CHAT), { method: 'PUT', body: '{}' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    await response.body?.cancel()
  })

  test('a key is checked when one is required', async () => {
    const locked = await createDemoUpstream({ requireKey: 'sk-right' })
    try {
      const list = (apiKey: string) =>
        new OpenAI({ apiKey, baseURL: locked.url, maxRetries: 0 }).models.list()
      expect((await list('sk-right')).data).toHaveLength(2)
      await expect(list('sk-wrong')).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
      expect((await fetch(`${locked.url}/models`)).status).toBe(401)
    } finally {
      await locked.close()
    }
  })
})
