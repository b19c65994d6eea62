import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPath } from '#lib/accounts/next-path.ts'

const SITE = 'https://chat.example.org'
/** Where a browser would end up. */
const destination = (asked: string) => new URL(nextPath(asked), SITE)

const schemes = ['', 'http:', 'https:', 'javascript:', 'data:', 'ftp:', 'HTTPS:']
const slashes = ['', '/', '//', '///', '\\', '/\\', '\\/', '\\\\', '/.//', '/..//', '/%2f/', '/\t/', '/\n/']
const hosts = [
  'evil.example',
  'evil.example/path',
  'user@evil.example',
  '[::1]',
  'chat.example.org.evil.example',
]
const payloads = schemes.flatMap((scheme) =>
  slashes.flatMap((slash) => hosts.map((host) => scheme + slash + host)),
)

describe('where one goes after signing in', () => {
  it('has more than 200 hostile examples', () => expect(payloads.length).toBeGreaterThan(200))

  it.each(payloads)('stays here for %j', (payload) => {
    expect(destination(payload).origin).toBe(SITE)
  })

  it('stays here whatever is asked for', () => {
    const piece = fc.oneof(
      fc.constantFrom(...slashes, ...schemes, ...hosts, '..', '@', ':', '?', '#'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        expect(destination(pieces.join('')).origin).toBe(SITE)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['/', '/'],
    ['/c/0192?x=1#end', '/c/0192?x=1#end'],
    ['/account', '/account'],
    ['/api/account', '/'],
    ['/v1', '/'],
    [undefined, '/'],
    [['/account', '/terms'], '/'],
  ])('answers %j with %j', (asked, path) => expect(nextPath(asked)).toBe(path))
})
