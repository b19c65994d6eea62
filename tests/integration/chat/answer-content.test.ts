import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { newQuestion } from '#tests/support/site-client.ts'
import { answerTo, gatewayAt, turnDependencies } from '#tests/support/turns.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

const store = memoryStore()

/** A Response whose text is cited in its middle, one page twice. */
function citingAnswer(): string[] {
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] }
  const response = { id: 'resp_1', created_at: 1, model: 'tain-demo' }
  const say = (delta: string) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })
  const cite = (name: string, annotation_index: number) => ({
    type: 'response.output_text.annotation.added',
    ...place,
    annotation_index,
    annotation: {
      type: 'url_citation',
      start_index: 0,
      end_index: 6,
      url: `https://${name}.test/`,
      title: name.toUpperCase(),
    },
  })
  const events = [
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item },
    say('Silver, '),
    cite('a', 0),
    say('then glass.'),
    cite('b', 1),
    cite('a', 2),
    { type: 'response.output_item.done', output_index: 0, item: { ...item, status: 'completed' } },
    {
      type: 'response.completed',
      response: { ...response, incomplete_details: null, usage: { input_tokens: 1, output_tokens: 4 } },
    },
  ]
  return events.map(
    (event, sequence_number) =>
      `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`,
  )
}

/** A piece of an answer in the chat API, as the server `id` gives it. */
function chunkOf(id: string, model: string, delta: object, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason }]
  return `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1, model, choices })}\n\n`
}

onEveryDatabase('what an answer consists of', (db) => {
  const ask = (api: 'responses' | 'chat') =>
    answerTo(turnDependencies(db(), store, gatewayAt(upstream, { api })), 'an-owner', newQuestion())

  it('keeps the pages that an answer cites, and where, in a text that stays whole', async () => {
    upstream.script(answer.sse(citingAnswer()))
    const stored = await ask('responses')
    expect(stored).toMatchObject({
      status: 'complete',
      parts: [
        {
          type: 'text',
          text: 'Silver, then glass.',
          citations: [
            { at: 8, start: 0, end: 6, url: 'https://a.test/', title: 'A' },
            { at: 19, url: 'https://b.test/', title: 'B' },
            { at: 19, url: 'https://a.test/', title: 'A' },
          ],
        },
      ],
    })
    expect(stored?.parts).toHaveLength(1)
  })

  it('keeps reasoning apart from text', async () => {
    // Compatible servers add `reasoning_content` to chat completions; OpenAI itself does not.
    const chunk = chunkOf.bind(null, 'c', 'r1')
    upstream.script(
      answer.sse([
        chunk({ role: 'assistant', reasoning_content: 'Because.' }),
        chunk({ content: 'Therefore.' }),
        chunk({}, 'stop'),
        'data: [DONE]\n\n',
      ]),
    )
    const stored = await ask('chat')
    expect(stored?.parts).toEqual([
      { type: 'reasoning', text: 'Because.', ms: expect.any(Number) },
      { type: 'text', text: 'Therefore.' },
    ])
  })

  it('stores the end of an answer whatever upstream says in it', async () => {
    const odd = '\u0000\ud800 of \u0007 😀'
    const chunk = chunkOf.bind(null, odd, `m${odd}`)
    upstream.script(answer.sse([chunk({ content: odd }), chunk({}, 'stop'), 'data: [DONE]\n\n']))
    const stored = await ask('chat')
    expect(stored).toMatchObject({ status: 'complete', parts: [{ type: 'text', text: odd }] })
    expect(stored?.model?.toWellFormed()).toBe(`m\ufffd of  😀`)
    upstream.script(fault.badRequest(odd, `code${odd}`))
    expect(await ask('chat')).toMatchObject({ status: 'failed' })
  })
})
