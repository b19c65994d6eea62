import { describe, expect, it } from 'vitest'
import { provideConfig } from '#lib/config.ts'
import { requireSameOrigin } from '#lib/site-api.ts'

/** Whether a page at `origin` may change something at the site that was asked for as `host`. */
function mayChange(origin: string | undefined, host: string): boolean {
  const headers = { host, ...(origin !== undefined && { origin }) }
  try {
    requireSameOrigin(new Request(`http://${host}/api/x`, { method: 'POST', headers }))
    return true
  } catch {
    return false
  }
}

describe('a state change is for pages of the site itself', () => {
  it('under whatever name it is known, where no public address is set', () => {
    provideConfig({})
    expect(mayChange('http://localhost:3000', 'localhost:3000')).toBe(true)
    expect(mayChange('https://tunnel.example', 'tunnel.example')).toBe(true)
    const strangers = [
      undefined,
      'null',
      '',
      'http://localhost',
      'http://localhost:3001',
      'https://evil.example',
    ]
    for (const origin of strangers) expect(mayChange(origin, 'localhost:3000')).toBe(false)
  })

  it('and not for whoever can put a page under its name without TLS', () => {
    provideConfig({ SITE_URL: 'https://chat.example.org' })
    expect(mayChange('https://chat.example.org', 'chat.example.org')).toBe(true)
    expect(mayChange('http://chat.example.org', 'chat.example.org')).toBe(false)
    expect(mayChange('https://chat.example.org.evil.example', 'chat.example.org')).toBe(false)
    // Another name of the same site, within the operator's network.
    expect(mayChange('http://10.0.0.7:3000', '10.0.0.7:3000')).toBe(true)
    // A proxy that does not pass the name on.
    expect(mayChange('https://chat.example.org', '127.0.0.1:3000')).toBe(true)
  })
})
