import { describe, expect, it } from 'vitest'
import { requestHeaders } from '#lib/gateway/headers.ts'
import { renderRelay } from '../../../deploy/nginx/render.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
const local = { RELAY_SECRET: SECRET, LISTEN: '127.0.0.1:8080' }
const tls = { TLS_CERTIFICATE: '/etc/ssl/relay.pem', TLS_KEY: '/etc/ssl/relay.key' }

describe('renderRelay', () => {
  it('fills every place of the template', () => {
    for (const env of [local, { RELAY_SECRET: SECRET, ...tls }]) expect(renderRelay(env)).not.toContain('${')
  })

  it('talks to OpenAI by name unless told otherwise', () => {
    const text = renderRelay(local)
    expect(text).toContain('server api.openai.com:443;')
    expect(text).toContain('proxy_set_header Host api.openai.com;')
    expect(text).toContain('proxy_ssl_name api.openai.com;')
    expect(text).toContain('proxy_pass https://tain_relay_api;')
  })

  it('takes another upstream, with or without /v1', () => {
    for (const end of ['', '/', '/v1', '/v1/']) {
      const text = renderRelay({ ...local, UPSTREAM: `https://api.example:8443${end}` })
      expect(text).toContain('server api.example:8443;')
      expect(text).toContain('proxy_set_header Host api.example:8443;')
      expect(text).toContain('proxy_ssl_name api.example;')
    }
  })

  it('counts an empty variable as unset', () => {
    expect(renderRelay({ ...local, UPSTREAM: '', ADDRESS_RATE: ' ' })).toBe(renderRelay(local))
  })

  it('limits nobody when told so', () => {
    expect(renderRelay({ ...local, ADDRESS_RATE: 'off' })).not.toContain('limit_req zone')
  })

  it('blanks towards the API only what the gateway keeps from it too, but for the secret’s own header', () => {
    const blanked = [...renderRelay(local).matchAll(/proxy_set_header (\S+) "";/g)].map(
      ([, name = '']) => name,
    )
    expect(blanked.length).toBeGreaterThan(50)
    expect(requestHeaders(blanked.flatMap((name) => [name, 'x']))).toEqual([])
  })

  it.each([
    ['no secret', { ...local, RELAY_SECRET: '' }, /^RELAY_SECRET must be set/],
    ['a short secret', { ...local, RELAY_SECRET: 'short' }, /^RELAY_SECRET must be 32/],
    [
      'a secret nginx would read in two cases',
      { ...local, RELAY_SECRET: SECRET.toUpperCase() },
      /^RELAY_SECRET/,
    ],
    [
      'a key that would travel in the clear',
      { ...local, UPSTREAM: 'http://api.example' },
      /^UPSTREAM must be https/,
    ],
    ['an upstream with a path', { ...local, UPSTREAM: 'https://api.example/openai' }, /^UPSTREAM must be/],
    ['an open port without TLS', { RELAY_SECRET: SECRET }, /^TLS_CERTIFICATE must be set/],
    ['half of TLS', { ...local, TLS_KEY: tls.TLS_KEY }, /^TLS_KEY and TLS_CERTIFICATE/],
    ['a rate nginx does not know', { ...local, ADDRESS_RATE: '5/h' }, /^ADDRESS_RATE must be/],
    ['a network that is none', { ...local, UNLIMITED_FROM: '10.0.0.0/8,all' }, /^UNLIMITED_FROM /],
    ['words of nginx', { ...local, SERVER_NAME: 'x; return 200' }, /^SERVER_NAME must be/],
    ['words of nginx in a path', { ...local, ACCESS_LOG: '/tmp/x; include /etc/passwd' }, /^ACCESS_LOG /],
  ])('refuses %s, and does not repeat it', (_what, env, message) => {
    const render = () => renderRelay(env)
    expect(render).toThrow(message)
    expect(render).not.toThrow(/return 200|etc\/passwd|short\b|ABCDEF/)
  })
})
