import { createHash, randomBytes } from 'node:crypto'
import OpenAI from 'openai'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { answer, createLiveAnswer, fault } from '#server/demo-upstream/script-steps.ts'
import type { ConformingHost } from './conforming-host.ts'

const messages = [{ role: 'user' as const, content: '你好' }]
const deltas = ['你', '好，', '**世界**', ' 👩‍👩‍👧‍👦', '\n', 'done.']

/** The official `openai` package, unmodified, pointed at the gateway. */
export function describeClient(start: () => Promise<ConformingHost>): void {
  let host: ConformingHost
  let client: OpenAI
  beforeAll(async () => {
    host = await start()
    client = new OpenAI({ baseURL: host.baseUrl, apiKey: host.token, maxRetries: 0 })
  })
  afterEach(() => host.upstream.reset())

  it('lists and retrieves models', async () => {
    const models = []
    for await (const model of client.models.list()) models.push(model.id)
    expect(models).toContain('tain-demo')
    expect(await client.models.retrieve('tain-demo')).toMatchObject({ id: 'tain-demo', object: 'model' })
  })

  it('completes a chat, and learns the request’s id', async () => {
    host.upstream.script(answer.text(deltas.join('')))
    const completion = await client.chat.completions.create({ model: 'tain-demo', messages })
    expect(completion.choices[0]?.message.content).toBe(deltas.join(''))
    expect(completion._request_id).toMatch(/^req_/)
  })

  it('streams a chat, delta for delta, with usage', async () => {
    host.upstream.script(answer.text(deltas))
    const stream = await client.chat.completions.create({
      model: 'tain-demo',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    const received: string[] = []
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      const text = chunk.choices[0]?.delta.content
      if (text) received.push(text)
      usage = chunk.usage ?? usage
    }
    expect(received).toEqual(deltas)
    expect(usage?.completion_tokens).toBeGreaterThan(0)
  })

  it('creates a response', async () => {
    host.upstream.script(answer.text(deltas.join('')))
    const response = await client.responses.create({ model: 'tain-demo', input: '你好' })
    expect([response.status, response.output_text]).toEqual(['completed', deltas.join('')])
  })

  it('streams a response to its completion', async () => {
    host.upstream.script(answer.text(deltas))
    const stream = await client.responses.create({ model: 'tain-demo', input: '你好', stream: true })
    const types: string[] = []
    const received: string[] = []
    for await (const event of stream) {
      types.push(event.type)
      if (event.type === 'response.output_text.delta') received.push(event.delta)
    }
    expect(received).toEqual(deltas)
    expect([types.at(0), types.at(-1)]).toEqual(['response.created', 'response.completed'])
  })

  it('uploads a file and downloads the same bytes', async () => {
    const content = randomBytes(3_000_000)
    const file = await client.files.create({ file: new File([content], '文件.bin'), purpose: 'user_data' })
    expect(file).toMatchObject({ bytes: content.length, filename: '文件.bin' })
    const download = Buffer.from(await (await client.files.content(file.id)).arrayBuffer())
    const [sent, got] = [content, download].map((bytes) => createHash('sha256').update(bytes).digest('hex'))
    expect(got).toBe(sent)
  })

  it('streams a tool call, argument by argument', async () => {
    const pieces = ['{"city":', '"北', '京"}']
    const chunk = (delta: object, finish_reason: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'tain-demo', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
    const call = (fields: object) => chunk({ tool_calls: [{ index: 0, ...fields }] })
    host.upstream.script(
      answer.sse([
        chunk({ role: 'assistant' }),
        call({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
        ...pieces.map((piece) => call({ function: { arguments: piece } })),
        chunk({}, 'tool_calls'),
        'data: [DONE]\n\n',
      ]),
    )
    const parameters = { type: 'object', properties: { city: { type: 'string' } } }
    const stream = client.chat.completions.stream({
      model: 'tain-demo',
      messages,
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
    })
    const { choices } = await stream.finalChatCompletion()
    const [toolCall] = choices[0]?.message.tool_calls ?? []
    expect(toolCall).toMatchObject({
      id: 'call_1',
      function: { name: 'weather', arguments: pieces.join('') },
    })
    const sent = JSON.parse((await (await host.upstream.nextRequest()).body).toString())
    expect(sent.tools[0].function.parameters).toEqual(parameters)
  })

  it('speaks: gets the very bytes of a sound', async () => {
    const sound = randomBytes(200_000)
    host.upstream.script(answer.body(sound, { headers: [['content-type', 'audio/mpeg']] }))
    const response = await client.audio.speech.create({ model: 'tts', voice: 'alloy', input: '你好' })
    expect(response.headers.get('content-type')).toBe('audio/mpeg')
    expect(Buffer.from(await response.arrayBuffer()).equals(sound)).toBe(true)
  })

  it('listens: uploads the very bytes of a sound', async () => {
    const sound = randomBytes(100_000)
    host.upstream.script(answer.json({ text: '你好' }))
    const file = new File([sound], 'question.mp3', { type: 'audio/mpeg' })
    expect((await client.audio.transcriptions.create({ model: 'stt', file })).text).toBe('你好')
    const received = await host.upstream.nextRequest()
    expect((await received.body).includes(sound)).toBe(true)
    expect(received.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  })

  it('draws: gets an image whole', async () => {
    const b64_json = randomBytes(300_000).toString('base64')
    host.upstream.script(answer.json({ created: 1, data: [{ b64_json }] }))
    const image = await client.images.generate({ model: 'draw', prompt: '一面镜子' })
    expect(image.data?.[0]?.b64_json).toBe(b64_json)
  })

  it('gets embeddings', async () => {
    const { data } = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', '乙'] })
    expect(data.map(({ embedding }) => embedding.length)).toEqual([1536, 1536])
  })

  it('gets upstream’s 400, 401, 404, 429 and 500 as its own kinds of errors, with code and request id', async () => {
    const create = () => client.chat.completions.create({ model: 'tain-demo', messages })
    const cases = [
      [fault.badRequest('Bad.', 'invalid_value', 'messages'), OpenAI.BadRequestError, 'invalid_value'],
      [fault.invalidKey(), OpenAI.AuthenticationError, 'invalid_api_key'],
      [fault.rateLimited(), OpenAI.RateLimitError, 'rate_limit_exceeded'],
      [fault.quota(), OpenAI.RateLimitError, 'insufficient_quota'],
      [fault.serverError(), OpenAI.InternalServerError, null],
    ] as const
    for (const [step, kind, code] of cases) {
      host.upstream.script(step)
      const error = await create().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(kind)
      expect(error).toMatchObject({ code, requestID: expect.stringMatching(/^req_/) })
    }
    const missing = await client.models.retrieve('no-such-model').catch((reason: unknown) => reason)
    expect(missing).toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('is told how long to wait, and waits', async () => {
    host.upstream.script(fault.rateLimited({ retryAfterMs: 5 }))
    const patient = new OpenAI({ baseURL: host.baseUrl, apiKey: host.token, maxRetries: 1 })
    await patient.chat.completions.create({ model: 'tain-demo', messages })
    expect(host.upstream.received).toHaveLength(2)
  })

  it('gets the gateway’s own refusals as errors too', async () => {
    const stranger = new OpenAI({ baseURL: host.baseUrl, apiKey: 'tain-nobody', maxRetries: 0 })
    const refused = await stranger.models.list().catch((reason: unknown) => reason)
    expect(refused).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(refused).toMatchObject({ code: 'site_unauthorized', param: null })
    const denied = await client.get('/organization/admin_api_keys').catch((reason: unknown) => reason)
    expect(denied).toBeInstanceOf(OpenAI.NotFoundError)
    expect(denied).toMatchObject({ code: 'site_path_denied' })
    expect(host.upstream.received).toEqual([])
  })

  it('stops upstream when it aborts a stream', async () => {
    const live = createLiveAnswer()
    host.upstream.script(live.step)
    const pending = host.upstream.nextRequest()
    const stream = await client.chat.completions.create({ model: 'tain-demo', messages, stream: true })
    live.say('first')
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    expect(await (await pending).closed).toBe('aborted')
  })

  it.each([
    ['reset', fault.resetMidStream],
    ['closed', fault.closeMidStream],
  ])('sees a stream that upstream %s fail, after what had come', async (_how, broken) => {
    const told = Promise.withResolvers<void>()
    host.upstream.script({ ...answer.text(deltas), ...broken({ afterChunks: 4, when: told.promise }) })
    const stream = await client.chat.completions.create({ model: 'tain-demo', messages, stream: true })
    const received: string[] = []
    const reading = async () => {
      for await (const chunk of stream) {
        const text = chunk.choices[0]?.delta.content
        if (!text) continue
        received.push(text)
        told.resolve()
      }
    }
    await expect(reading()).rejects.toThrow()
    expect(received.length).toBeGreaterThan(0)
    expect(deltas.slice(0, received.length)).toEqual(received)
  })
}
