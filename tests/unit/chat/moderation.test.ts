import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import { findWord, type ModerationRules, moderate, readWords } from '#lib/chat/moderation.ts'

vi.mock('#lib/log.ts', () => ({ log: vi.fn() }))

const gateway: ChatGateway = {
  baseUrl: 'http://gateway.example/v1',
  fetch: (...request) => fetch(...request),
  api: 'chat',
  model: 'm',
  token: async () => 'a-token',
}
let directory: string
let wordsFile: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tain-words-'))
  wordsFile = path.join(directory, 'words.txt')
  await writeFile(wordsFile, '# ours\n\n Verboten \nsecret plan\n违禁词\n')
})
afterAll(() => rm(directory, { recursive: true }))
afterEach(() => vi.unstubAllGlobals())

const upstream = (respond: () => Response | Promise<Response>) => {
  const asked = vi.fn(async (_url: string, _init: RequestInit) => await respond())
  vi.stubGlobal('fetch', asked)
  return asked
}
const result = (flagged: boolean, categories: Record<string, boolean>) => ({ flagged, categories })
const rules = (of: Partial<ModerationRules> = {}): ModerationRules => ({
  by: 'upstream',
  wordsFile: undefined,
  isOpenOnFailure: true,
  ...of,
})

describe('asking upstream', () => {
  test('the question goes through the gateway, with its token', async () => {
    const asked = upstream(() => Response.json({ results: [result(false, { violence: false })] }))
    expect(await moderate(gateway, rules(), 'What is a mirror?')).toEqual({ outcome: 'passed' })
    const [url, init] = asked.mock.calls[0] ?? []
    expect(url).toBe('http://gateway.example/v1/moderations')
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer a-token')
    expect(JSON.parse(String(init?.body)).input).toEqual(['What is a mirror?'])
  })

  test('what is flagged is refused, by its categories', async () => {
    const results = [result(true, { violence: true, hate: false }), result(true, { violence: true })]
    upstream(() => Response.json({ model: 'omni-moderation-2024-09-26', results }))
    const refused = { outcome: 'refused', by: 'upstream', categories: ['violence'] }
    const byModel = { ...refused, model: 'omni-moderation-2024-09-26' }
    expect(await moderate(gateway, rules({ wordsFile }), 'x')).toEqual(byModel)
    upstream(() => Response.json({ results }))
    const asAsked = { ...refused, model: 'omni-moderation-latest' }
    expect(await moderate(gateway, rules({ wordsFile }), 'x')).toEqual(asAsked)
  })

  test('a long question is looked at whole, in pieces that overlap', async () => {
    const asked = upstream(() => Response.json({ results: [result(false, {})] }))
    const text = Array.from({ length: 50_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + (index % 997)),
    ).join('')
    await moderate(gateway, rules(), text)
    const { input } = JSON.parse(String(asked.mock.calls[0]?.[1].body)) as { input: string[] }
    expect(
      input[0] +
        input
          .slice(1)
          .map((piece) => piece.slice(500))
          .join(''),
    ).toBe(text)
    expect(Math.max(...input.map(({ length }) => length))).toBeLessThanOrEqual(20_000)
  })
})

describe('when upstream cannot be asked', () => {
  const failures: [string, () => Response][] = [
    [
      'is away',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
    ['answers an error', () => new Response('no', { status: 503 })],
    ['answers something else', () => Response.json({ results: [] })],
  ]
  test.each(failures)('because it %s, the list decides', async (_, respond) => {
    upstream(respond)
    const refused = { outcome: 'refused', by: 'local', model: null, categories: ['words'] }
    expect(await moderate(gateway, rules({ wordsFile }), 'That is VERBOTEN.')).toEqual(refused)
    expect(await moderate(gateway, rules({ wordsFile }), 'That is fine.')).toEqual({ outcome: 'passed' })
  })

  test('and there is no list, the setting decides', async () => {
    upstream(() => new Response('no', { status: 500 }))
    expect(await moderate(gateway, rules(), 'x')).toEqual({ outcome: 'unchecked' })
    expect(await moderate(gateway, rules({ isOpenOnFailure: false }), 'x')).toEqual({
      outcome: 'unavailable',
    })
    const lost = { wordsFile: path.join(directory, 'lost.txt'), isOpenOnFailure: false }
    expect(await moderate(gateway, rules(lost), 'x')).toEqual({ outcome: 'unavailable' })
  })
})

test('the list alone asks nobody', async () => {
  const asked = upstream(() => new Response())
  expect(await moderate(gateway, rules({ by: 'local', wordsFile }), '这里有违禁词。')).toMatchObject({
    outcome: 'refused',
  })
  expect(asked).not.toHaveBeenCalled()
})

test.each([
  ['A SECRET   plan', true],
  ['ｓｅｃｒｅｔ plan', true],
  ['sec\u200bret plan', true],
  ['secret planning', false],
  ['unverboten', false],
  ['unverboten, verboten', true],
  ['这里有违禁词吗', true],
  ['# ours', false],
])('%j has one of the words: %s', (text, isFound) => {
  expect(findWord(text, readWords('# ours\n\nVerboten\r\nsecret plan\n违禁词'))).toBe(isFound)
})
