import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '#lib/gateway/admission/address.ts'
import { type AdmissionRules, type Candidate, createAdmission } from '#lib/gateway/admission/admission.ts'
import { parseNetworks } from '#lib/gateway/admission/networks.ts'
import { DEFAULT_DENIED_USER_AGENTS, parseUserAgents } from '#lib/gateway/admission/user-agents.ts'
import { createWordMatcher } from '#lib/gateway/admission/word-matcher.ts'
import { isRefusal } from '#lib/gateway/refusal.ts'

const open: AdmissionRules = { allowNetworks: [], denyNetworks: [], denyUserAgents: [] }
const candidate: Candidate = {
  method: 'POST',
  headers: ['host', 'example.org'],
  address: parseAddress('203.0.113.9'),
  hasValidToken: false,
}

/** The code of the refusal, or undefined. */
function codeOf(rules: Partial<AdmissionRules>, changed: Partial<Candidate> = {}): string | undefined {
  const refusal = createAdmission({ ...open, ...rules })({ ...candidate, ...changed })
  if (refusal) expect(isRefusal(refusal)).toBe(true)
  return refusal?.code
}

describe('networks', () => {
  const from = (text: string) => ({ address: parseAddress(text), hasValidToken: true })
  const rules = {
    allowNetworks: parseNetworks('203.0.113.0/24, 2001:db8::/32'),
    denyNetworks: parseNetworks('203.0.113.128/25'),
  }

  test('let in who is allowed and not denied, whatever token the others have', () => {
    expect(codeOf(rules, from('203.0.113.9'))).toBeUndefined()
    expect(codeOf(rules, from('2001:db8:5::1'))).toBeUndefined()
    expect(codeOf(rules, from('203.0.113.200'))).toBe('site_network_denied')
    expect(codeOf(rules, from('::ffff:203.0.113.200'))).toBe('site_network_denied')
    expect(codeOf(rules, from('198.51.100.1'))).toBe('site_network_denied')
    expect(codeOf(rules, { address: undefined })).toBe('site_network_denied')
    expect(codeOf({}, { address: undefined })).toBeUndefined()
  })
})

describe('methods', () => {
  test('that would show the key or open a tunnel are denied in any case', () => {
    for (const method of ['TRACE', 'trace', 'TRACK', 'CONNECT']) {
      expect(codeOf({}, { method, hasValidToken: true })).toBe('site_method_denied')
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PATCH', 'QUERY']) {
      expect(codeOf({}, { method })).toBeUndefined()
    }
  })
})

describe('headers', () => {
  test('are counted as on the wire, all together', () => {
    const headers = ['a', '1'.repeat(90), 'b', '']
    const bytes = headers.join('').length + 2 * ': \r\n'.length
    expect(codeOf({ maxHeaderBytes: bytes }, { headers })).toBeUndefined()
    expect(codeOf({ maxHeaderBytes: bytes - 1 }, { headers })).toBe('site_headers_too_large')
    const many = Array<string>(40_000).fill('x')
    expect(codeOf({}, { headers: many, hasValidToken: true })).toBe('site_headers_too_large')
  })
})

describe('user agents', () => {
  const denied = { denyUserAgents: parseUserAgents('default') }
  const agent = (text: string, hasValidToken = false) => ({ headers: ['User-Agent', text], hasValidToken })

  test.each([
    'curl/8.14.1',
    'Scrapy/2.13 (+https://scrapy.org)',
    'Apache-HttpClient/4.5.14',
    'sqlmap/1.9',
    'Mozilla/5.0 zgrab/0.x',
  ])('%s needs a token', (text) => {
    expect(codeOf(denied, agent(text))).toBe('site_user_agent_denied')
    expect(codeOf(denied, agent(text, true))).toBeUndefined()
    expect(codeOf({}, agent(text))).toBeUndefined()
  })

  test.each([
    'OpenAI/JS 7.57.0',
    'AsyncOpenAI/Python 2.8.0',
    'python-httpx/0.28.1',
    'node',
    'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    'axios/1.13.2',
    'okhttp/5.1.0',
    '',
  ])('%s does not', (text) => {
    expect(codeOf(denied, agent(text))).toBeUndefined()
  })

  test('each of several is looked at', () => {
    const headers = ['user-agent', 'Mozilla/5.0', 'USER-AGENT', 'curl/8']
    expect(codeOf(denied, { headers })).toBe('site_user_agent_denied')
  })

  test('are named in a list', () => {
    expect(parseUserAgents('off')).toEqual([])
    expect(parseUserAgents('')).toEqual([])
    expect(parseUserAgents('MyBot, Other Bot/2')).toEqual(['mybot', 'other bot/2'])
    expect(parseUserAgents('default,MyBot')).toEqual([...DEFAULT_DENIED_USER_AGENTS, 'mybot'])
    expect(() => parseUserAgents('ab')).toThrow(/three letters/)
    expect(() => parseUserAgents('爬虫机器人')).toThrow(/visible ASCII/)
    expect(() => parseUserAgents('x'.repeat(20_001))).toThrow(/at most/)
  })
})

describe('the word matcher', () => {
  test('finds what a search for each word would find', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B'), maxLength: 5 })
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '中', '\0'), maxLength: 40 })
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), texts, (words, text) => {
        const expected = words.some((word) => word && text.toLowerCase().includes(word.toLowerCase()))
        expect(createWordMatcher(words)(text)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  test('reads each character once, whatever the words and the text', () => {
    const almost = DEFAULT_DENIED_USER_AGENTS.map((word) => word.slice(0, -1)).join('')
    const text = almost.repeat(Math.ceil((1 << 20) / almost.length))
    const matches = createWordMatcher(
      [...DEFAULT_DENIED_USER_AGENTS, 'a'.repeat(5000)].map((w) => `${w}\x7f`),
    )
    const reader = {
      length: text.length,
      reads: 0,
      charCodeAt(i: number) {
        reader.reads++
        return text.charCodeAt(i)
      },
    }
    // The matcher uses these two members of a string only, so that its reads can be counted.
    expect(matches(reader as unknown as string)).toBe(false)
    expect(reader.reads).toBe(text.length)
  })

  test('refuses words that it could not find', () => {
    expect(() => createWordMatcher(['é'])).toThrow(RangeError)
  })
})
