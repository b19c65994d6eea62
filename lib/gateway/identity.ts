import { isChatToken, verifyChatToken } from './chat-token.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { type RawHeaders, valuesOf } from './headers.ts'
import { type Refusal, refusals } from './refusal.ts'

/** Who is calling. `id` tells callers apart and gives no token away. */
export interface Caller {
  kind: 'token' | 'chat' | 'anyone'
  id: string
}

/**
 * The one credential of a request, wherever it stands. Undefined when there is none; a refusal when there are two that
 * differ, because two readers could then disagree about who is calling. An `Authorization` of another scheme than
 * Bearer belongs to a proxy in front (basic authentication) and is not looked at.
 */
export function credentialOf(headers: RawHeaders): string | undefined | Refusal {
  const found = new Set<string>()
  for (const value of valuesOf(headers, 'authorization')) {
    const bearer = /^\s*bearer\s+(.*?)\s*$/i.exec(value)
    if (bearer?.[1]) found.add(bearer[1])
  }
  for (const name of ['x-api-key', 'api-key']) {
    for (const value of valuesOf(headers, name)) if (value.trim()) found.add(value.trim())
  }
  if (found.size > 1) return refusals.conflictingCredentials()
  return found.values().next().value
}

/** SHA-256 in hexadecimal. Web Crypto answers from another thread, which costs more than the rest of a request. */
export type Sha256 = (text: string) => string | Promise<string>

/** Tells who is calling, or refuses. Verifies; never throws. */
export type Identify = (headers: RawHeaders) => Promise<Caller | Refusal>

/**
 * Static tokens are kept and looked up by SHA-256 only: how long the look-up takes depends on the digest of what was
 * presented, which says nothing about how much of a token was guessed, and not on how many tokens there are.
 */
export function createIdentify(
  settings: Pick<GatewaySettings, 'open' | 'tokens' | 'chatSecret'>,
  sha256: Sha256 = sha256OfWebCrypto,
): Identify {
  const { open, tokens, chatSecret } = settings
  const digests = Promise.all(tokens.map((token) => sha256(token))).then((all) => new Set(all))

  return async (headers) => {
    const credential = credentialOf(headers)
    if (typeof credential === 'object') return credential
    if (credential !== undefined) {
      if (chatSecret && isChatToken(credential)) {
        const chat = await verifyChatToken(credential, { secret: chatSecret })
        if (chat) return { kind: 'chat', id: chat.subject }
      }
      const digest = await sha256(credential)
      if ((await digests).has(digest)) return { kind: 'token', id: digest.slice(0, SHOWN_DIGITS) }
    }
    return open ? { kind: 'anyone', id: 'anyone' } : refusals.unauthorized()
  }
}

const SHOWN_DIGITS = 12

async function sha256OfWebCrypto(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
