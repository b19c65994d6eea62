import { describe, expect, it } from 'vitest'
import { isRefusal } from '#lib/gateway/refusal.ts'
import { isGatewayTarget, parseTarget } from '#lib/gateway/target.ts'
import { honestTargets, spellings } from './spellings.ts'

/** The path as the most eager reader would resolve it: decoded to the end, both slashes, parameters cut, dots applied. */
function eagerSegments(rest: string): string[] {
  let path = rest.split('?', 1)[0] ?? ''
  for (let i = 0; i < 8; i++) {
    path = path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
  const resolved: string[] = []
  for (const raw of path.split(/[/\\]/)) {
    const segment = raw.split(/[;\0]/, 1)[0]?.trim() ?? ''
    if (segment === '..') resolved.pop()
    else if (segment !== '' && segment !== '.') resolved.push(segment.toLowerCase())
  }
  return resolved
}

describe('parseTarget', () => {
  it('has a corpus worth its name', () => {
    expect(spellings.length).toBeGreaterThan(200)
  })

  it('refuses every spelling of the corpus, or relays it as it is, below /v1', () => {
    for (const spelling of spellings) {
      const target = parseTarget(spelling)
      if (isRefusal(target)) {
        expect([400, 404], spelling).toContain(target.status)
        continue
      }
      expect(`/v1${target.rest}`).toBe(spelling)
      const url = new URL(`http://upstream.example/base${target.rest}`)
      expect(url.pathname, spelling).toBe(`/base${target.rest.split('?', 1)[0]}`)
      // Every trick of the corpus aims at one of these places; none may be what is left after resolving.
      const goal = eagerSegments(target.rest).join('/')
      expect(goal, spelling).not.toMatch(/^(?:api\/chat|healthz|organizations?|projects)(?:\/|$)/)
    }
  })

  it.each([
    '/v1/organization',
    '/v1/organization/admin_api_keys?limit=1',
    '/v1/Projects/p/service_accounts',
    '/v1/%6frganization',
    '/v1/organization%2fusers',
    '/v1/%252570rojects',
  ])('denies %j as administrative', (target) => {
    expect(parseTarget(target)).toMatchObject({ status: 404, code: 'site_path_denied' })
  })

  it.each(['/v1/../api', '/v1/%2e%2e/api', '/v1//models', '/v1/a;b', '/v1/a%00', '/v1/a\\b', '/v1x'])(
    'says what is wrong with %j',
    (target) => {
      expect(parseTarget(target)).toMatchObject({ status: 400, code: 'site_bad_path' })
    },
  )

  it.each(honestTargets)('lets %j through byte for byte', (target) => {
    expect(parseTarget(target)).toMatchObject({ rest: target.slice('/v1'.length) })
  })

  it('names the family of a path for the log, and nothing of the caller’s own', () => {
    expect(parseTarget('/v1/responses/resp_secret?x=secret')).toMatchObject({ route: '/v1/responses' })
    expect(parseTarget('/v1/a-secret/b')).toMatchObject({ route: '/v1/*' })
    expect(parseTarget('/v1')).toMatchObject({ route: '/v1/*' })
  })
})

describe('isGatewayTarget', () => {
  it('claims every spelling that begins with the segment /v1', () => {
    const beginning = spellings.filter((spelling) => /^\/v1(?![\w.~-])/.test(spelling))
    for (const target of [...beginning, ...honestTargets]) expect(isGatewayTarget(target), target).toBe(true)
  })

  it.each(['http://evil.example/v1/models', 'HTTPS://x:1/v1', 'http://a@b/v1/../api'])(
    'claims %j, in order to refuse it',
    (target) => {
      expect(isGatewayTarget(target)).toBe(true)
      expect(parseTarget(target)).toMatchObject({ code: 'site_bad_path' })
    },
  )

  it.each(['/', '/v10', '/v1beta/models', '/v1.1', '/api/v1/models', '/V2/models', '/x?/v1/models', '*', ''])(
    'leaves %j to the site',
    (target) => {
      expect(isGatewayTarget(target)).toBe(false)
    },
  )
})
