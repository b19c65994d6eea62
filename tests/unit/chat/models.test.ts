import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import { modelTitle } from '#lib/chat/model-facts.ts'
import { chooseModelId, listModels, withoutForbidden } from '#lib/chat/models.ts'
import { parseModels } from '#lib/settings/models.ts'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream()
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

const signal = new AbortController().signal
let paths = 0

/** Each has its own address, since lists are kept by address. */
const gatewayOf = (over: Partial<ChatGateway> = {}): ChatGateway => ({
  baseUrl: `${upstream.url}/${paths++}/..`,
  fetch: (...request) => fetch(...request),
  api: 'chat',
  model: undefined,
  token: async () => 'token',
  ...over,
})
const lists = (...data: unknown[]) => upstream.script(answer.json({ object: 'list', data }))
const idsOf = async (gateway: ChatGateway) => (await listModels(gateway, signal)).models.map(({ id }) => id)

describe('the models people can choose from', () => {
  it('are the default, then the newest of those one can talk with, without the snapshots of another', async () => {
    lists(
      { id: 'gpt-4o', created: 1 },
      { id: 'gpt-4o-2024-08-06', created: 2 },
      { id: 'text-embedding-3-small', created: 3 },
      { id: 'gpt-image-2', created: 3 },
      { id: 'gpt-realtime', created: 3 },
      { id: 'gpt-5.4', created: 4 },
      { id: 'alone-2026-01-01', created: 5 },
    )
    const gateway = gatewayOf({ model: 'gpt-4o' })
    expect(await idsOf(gateway)).toEqual(['gpt-4o', 'alone-2026-01-01', 'gpt-5.4'])
  })

  it('have the facts of the operator before those of upstream, and those before what is known', async () => {
    lists({
      id: 'gpt-5.4',
      name: 'OpenAI: GPT-5.4',
      context_length: 100_000,
      architecture: { input_modalities: ['text'] },
      pricing: { prompt: '0.000002', completion: '0.00001' },
    })
    const gateway = gatewayOf({ offer: parseModels('gpt-5.4=Ours (no-tools)') })
    expect(await listModels(gateway, signal)).toEqual({
      models: [
        {
          id: 'gpt-5.4',
          name: 'Ours',
          reasoning: true,
          vision: false,
          tools: false,
          hosted: true,
          contextTokens: 100_000,
          price: { input: 2, output: 10 },
        },
      ],
      defaultId: 'gpt-5.4',
      isIncomplete: false,
    })
  })

  it('stand in the order of the operator, with the others behind where those are wanted', async () => {
    lists({ id: 'one' }, { id: 'two' }, { id: 'three' })
    const gateway = gatewayOf({ offer: parseModels('*, three, four') })
    expect(await idsOf(gateway)).toEqual(['three', 'four', 'one', 'two'])
    expect(await idsOf({ ...gateway, offer: parseModels('three, four') })).toEqual(['three', 'four'])
  })

  it('are those known without upstream when it tells none, and upstream is asked again', async () => {
    upstream.script(answer.json({ error: { message: 'no' } }, { status: 503 }))
    const gateway = gatewayOf({ model: 'mine' })
    expect(await listModels(gateway, signal)).toEqual({
      models: [{ id: 'mine' }],
      defaultId: 'mine',
      isIncomplete: true,
    })
    lists({ id: 'one' })
    expect(await idsOf(gateway)).toEqual(['mine', 'one'])
    expect(await idsOf(gateway)).toEqual(['mine', 'one'])
    expect(upstream.received).toHaveLength(2)
  })
})

it('a model that is not offered is not asked', async () => {
  const gateway = gatewayOf({ model: 'main', offer: parseModels('small') })
  expect(await chooseModelId(gateway, undefined, signal)).toBe('main')
  expect(await chooseModelId(gateway, 'main', signal)).toBe('main')
  expect(await chooseModelId(gateway, 'small', signal)).toBe('small')
  await expect(chooseModelId(gateway, 'large', signal)).rejects.toThrow('does not offer the model large')
  expect(await chooseModelId({ ...gateway, offer: parseModels('*') }, 'large', signal)).toBe('large')
})

it.each([
  ['gpt-5.4-mini', 'GPT-5.4 mini'],
  ['gpt-5', 'GPT-5'],
  ['gpt-4o-2024-08-06', 'GPT-4o 2024-08-06'],
  ['o4-mini', 'o4-mini'],
])('%s is shown as %s', (id, title) => expect(modelTitle(id)).toBe(title))

it('shows no model that may not be asked, but for the default, which says so', () => {
  const answer = { models: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], defaultId: 'a', isIncomplete: false }
  expect(withoutForbidden(answer, (id) => id === 'b')).toEqual({
    models: [{ id: 'a', isForbidden: true }, { id: 'b' }],
    defaultId: 'a',
    isIncomplete: false,
  })
})
