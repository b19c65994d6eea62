import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Model } from 'openai/resources/models'
import type { Response, ResponseOutputItem, ResponseUsage } from 'openai/resources/responses/responses'
import { expect, test } from 'vitest'
import {
  chatChunk,
  chatCompletion,
  chatUsage,
  chatUsageChunk,
} from '#server/demo-upstream/chat-completions.ts'
import { demoModels } from '#server/demo-upstream/models.ts'
import {
  newResponse,
  type OutputItem,
  outputMessage,
  outputText,
  responseUsage,
} from '#server/demo-upstream/response-shapes.ts'

// The assignments are the test: the official client's types must accept what the demo builds.

const head = { id: 'chatcmpl-1', created: 1, model: 'tain-demo' }

test('chat completions fit the official types', () => {
  const whole: ChatCompletion = chatCompletion(head, 'Hi', 'stop', chatUsage(3, 4))
  const chunk: ChatCompletionChunk = chatChunk(head, { content: 'Hi' }, null, true)
  const last: ChatCompletionChunk = chatUsageChunk(head, chatUsage(3, 4))
  expect(whole.usage?.total_tokens).toBe(7)
  expect(chunk.usage).toBeNull()
  expect(last).toMatchObject({ choices: [], usage: { total_tokens: 7 } })
  expect(chatChunk(head, {}, 'stop', false)).not.toHaveProperty('usage')
})

test('Responses fit the official types', () => {
  const items: OutputItem[] = [outputMessage('msg_1', 'completed', [outputText('Hi')])]
  const output: ResponseOutputItem[] = items
  const usage: ResponseUsage = responseUsage(3, 4, 5)
  type Echoed = Pick<
    Response,
    | 'id'
    | 'object'
    | 'status'
    | 'error'
    | 'incomplete_details'
    | 'metadata'
    | 'tools'
    | 'tool_choice'
    | 'truncation'
    | 'service_tier'
    | 'access_programs'
    | 'completed_at'
  >
  const echoed: Echoed = { ...newResponse('tain-demo', {}), metadata: {} }
  expect(output).toHaveLength(1)
  expect(usage.total_tokens).toBe(12)
  expect(echoed.status).toBe('in_progress')
})

test('models fit the official type, the usual one first', () => {
  const models: Model[] = demoModels
  expect(models.map(({ id }) => id)).toEqual(['tain-demo', 'tain-demo-fast'])
})
