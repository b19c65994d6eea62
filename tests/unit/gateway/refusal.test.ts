import { describe, expect, it } from 'vitest'
import { refusalBody, refusalHeaders, refusals } from '#lib/gateway/refusal.ts'

const all = [
  refusals.badPath('it is odd'),
  refusals.pathDenied(),
  refusals.pathDeniedHere(),
  refusals.methodDenied(),
  refusals.badRequest('it is odd'),
  refusals.noWebSockets(),
  refusals.requestTimeout(),
  refusals.bodyTooLarge(10),
  refusals.conflictingCredentials(),
  refusals.unauthorized(),
  refusals.tokensUnavailable(),
  refusals.notByThisRelay(),
  refusals.noUpstream(),
  refusals.upstreamUnreachable(),
  refusals.upstreamTimeout(),
  refusals.upstreamInvalid(),
  refusals.upstreamEncoding(),
  refusals.internal(),
]

describe('refusals', () => {
  it('are all of them here', () => {
    expect(all.length).toBe(Object.keys(refusals).length)
  })

  it.each(all.map((refusal) => [refusal.code, refusal] as const))(
    '%s has OpenAI’s shape',
    (code, refusal) => {
      const { error, ...rest } = JSON.parse(refusalBody(refusal))
      expect(rest).toEqual({})
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
      expect(error).toMatchObject({ param: null, code, message: refusal.message })
      expect(code).toMatch(/^site_[a-z_]+$/)
      expect(refusal.message).toMatch(/\.$/)
      expect(refusalHeaders(refusal)).toEqual(expect.arrayContaining(['content-type', 'application/json']))
    },
  )

  it('say what RFC 9110 wants to be said', () => {
    expect(refusalHeaders(refusals.unauthorized())).toContain('www-authenticate')
    expect(refusalHeaders(refusals.methodDenied())).toContain('allow')
  })
})
