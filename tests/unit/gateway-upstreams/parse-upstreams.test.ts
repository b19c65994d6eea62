import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, parseUpstreams } from '#lib/gateway/upstreams/parse-upstreams.ts'

test('names and addresses, in their order', () => {
  expect(
    parseUpstreams(
      'openai=https://api.openai.com, eu = https://relay.example.org:8443/openai/ ,local=http://127.0.0.1:11434/v1,',
    ),
  ).toEqual([
    { name: 'openai', origin: 'https://api.openai.com', basePath: '/v1' },
    { name: 'eu', origin: 'https://relay.example.org:8443', basePath: '/openai' },
    { name: 'local', origin: 'http://127.0.0.1:11434', basePath: '/v1' },
  ])
  expect(parseUpstreams('')).toEqual([])
})

const good = 'openai=https://api.openai.com'

test.each([
  `${good},https://relay.example.org/v1`,
  `${good},=https://relay.example.org`,
  `${good},two words=https://relay.example.org`,
  `${good},x=relay.example.org`,
  `${good},x=ftp://relay.example.org`,
  `${good},x=https://user:hunter2@relay.example.org`,
  `${good},x=https://relay.example.org/v1?key=hunter2`,
  `${good},x=https://relay.example.org/v1#hunter2`,
  `${good},x=https://relay.example.org/v1?`,
  `${good},x=`,
  `${good},openai=https://relay.example.org`,
  Array.from({ length: 33 }, (_, i) => `u${i}=https://u${i}.example.org`).join(','),
])('%s is refused with a sentence that repeats none of it', (text) => {
  expect(() => parseUpstreams(text)).toThrow(/^must be [^\n]+$/)
  expect(() => parseUpstreams(text)).not.toThrow(/hunter2|relay|example/)
})

test('an address is an origin that the URL standard would send to', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), (url) => {
      const address = addressOf('x', url)
      expect(address?.origin).toBe(new URL(url).origin)
      expect(address?.basePath).not.toMatch(/\/$/)
    }),
  )
})
