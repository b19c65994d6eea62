import { expect, it } from 'vitest'
import { parseConfig } from '#lib/config.ts'
import { announcement } from '#server/announce.ts'

const KEY = 'sk-canary-0123456789abcdef'
const SECRET = 'relay-secret-0123456789abcdef'
const TOKEN = 'tain-canary-0123456789abcdef0123456789'

function announced(env: Record<string, string>, hasOwner = true): string {
  const config = parseConfig({ GATEWAY_TOKENS: TOKEN, ...env })
  const rest = { madeToken: false, interruptedRuns: 0, hasOwner }
  return announcement({ version: '1.0.0', url: 'http://localhost:3000', config, ...rest })
}

it('names every way to the upstream, not the first alone', () => {
  const UPSTREAMS = 'hong-kong=https://hk.example.org/v1,us-west=https://us.example.org/v1'
  const text = announced({ UPSTREAMS, OPENAI_API_KEY: KEY, RELAY_SECRET: SECRET, OPENAI_MODEL: 'm' })
  expect(text).toContain('hong-kong, us-west · key set')
  expect(text).toContain('1 token(s) of GATEWAY_TOKENS')
  expect(text).not.toMatch(/canary|relay-secret/)
})

it('says of a relay whom it serves', () => {
  const text = announced({ OPENAI_BASE_URL: 'https://api.openai.com/v1', RELAY_SECRET: SECRET })
  expect(text).toContain('no key set')
  expect(text).toMatch(/Gateway .*a relay: for callers who know RELAY_SECRET/)
  expect(text).not.toMatch(/token|relay-secret/)
})

it('says that a site without an owner is closed to others only where it is', () => {
  const closed = 'no owner yet, so it is closed to other computers.'
  expect(announced({}, false)).toContain(closed)
  for (const name of ['GUESTS', 'SIGN_UP']) {
    expect(announced({ [name]: 'open' }, false)).toContain('no owner yet. Become its owner')
  }
})
