import { type Hmac, isChatToken, verifyChatToken } from './chat-token.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { type RawHeaders, valuesOf } from './headers.ts'
import type { CallerRules } from './limits/request-limits.ts'
import { type Refusal, refusals } from './refusal.ts'

/** Who is calling. `id` tells callers apart and gives no token away. */
export interface Caller {
  /**
   * `token`: one of GATEWAY_TOKENS. `user`: a token of somebody's own, see {@link FindCaller}. `own-key`: brought an
   * upstream key. `relay`: another gateway that knows this relay's secret.
   */
  kind: 'token' | 'user' | 'chat' | 'anyone' | 'own-key' | 'relay'
  id: string
  /** Of the last two kinds, and of a chat whose person brought one: the credential that goes upstream in place of a key of ours. Never stored or logged. */
  ownKey?: string
  /** Of a `user`: which of the tokens was shown. */
  tokenId?: string
  /** Of a `user`: what is counted instead of CALLER_RATE and CALLER_STREAMS. */
  limits?: Partial<CallerRules>
}

/** Whose token it is. All tokens with the same `id` share limits, turns and streams. */
export type TokenOwner = Pick<Caller, 'id' | 'tokenId' | 'limits'>

/**
 * Looks up a presented site token (`tain-…`, neither a static nor a chat token) by its SHA-256 in lower-case hexadecimal;
 * null when it is unknown, expired or revoked. Asked for every request that shows one, so a host remembers answers for a
 * moment (a second at most: revocation has to hold everywhere by then). When it rejects, the request is refused with 503.
 */
export type FindCaller = (sha256: string) => Promise<TokenOwner | null>

/** Whether callers of this kind have shown something that only this site gives out. */
export const isTrusted = ({ kind }: Caller) => kind !== 'own-key' && kind !== 'anyone'

/**
 * The one credential of a request, wherever it stands. Undefined when there is none; a refusal when there are two that
 * differ, because two readers could then disagree about who is calling. An `Authorization` of another scheme than
 * Bearer belongs to a proxy in front (basic authentication) and is not looked at.
 */
export function credentialOf(headers: RawHeaders): string | undefined | Refusal {
  let found: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const value = credentialIn(headers[i] ?? '', headers[i + 1] ?? '')
    if (value && found !== undefined && found !== value) return refusals.conflictingCredentials()
    if (value) found = value
  }
  return found
}

function credentialIn(name: string, value: string): string | undefined {
  switch (name.toLowerCase()) {
    case 'authorization':
      return bearerOf(value.trim())
    case 'x-api-key':
    case 'api-key':
      return value.trim()
    default:
      return undefined
  }
}

/** Spaces are cut off beforehand, so that no header takes long to read. */
function bearerOf(trimmed: string): string | undefined {
  const scheme = /^bearer\s+/i.exec(trimmed)?.[0]
  return scheme === undefined ? undefined : trimmed.slice(scheme.length)
}

/** SHA-256 in hexadecimal. Web Crypto answers from another thread, which costs more than the rest of a request. */
export type Sha256 = (text: string) => string | Promise<string>

/** Tells who is calling, or refuses. Verifies; never throws. */
export type Identify = (headers: RawHeaders) => Promise<Caller | Refusal>

type IdentitySettings = Pick<GatewaySettings, 'open' | 'tokens' | 'chatSecret' | 'byok' | 'relaySecret'> & {
  /** There are no keys: with a relay's secret, callers bring theirs. */
  keyless?: boolean
}

/** What a host lends for it. */
export interface IdentityTools {
  /** Where the host has faster ones than Web Crypto's. */
  sha256?: Sha256
  hmac?: Hmac
  /** Without it only static tokens are known. */
  findCaller?: FindCaller
}

/**
 * Static tokens are kept and looked up by SHA-256 only: how long the look-up takes depends on the digest of what was
 * presented, which says nothing about how much of a token was guessed, and not on how many tokens there are.
 */
export function createIdentify(settings: IdentitySettings, tools: IdentityTools = {}): Identify {
  const { sha256 = sha256OfWebCrypto, hmac, findCaller } = tools
  const { open, tokens, chatSecret, byok, relaySecret, keyless } = settings
  if (relaySecret !== undefined && keyless) return identifyRelays(relaySecret, sha256)
  let digests: ReadonlySet<string> | undefined

  return async (headers) => {
    const credential = credentialOf(headers)
    if (typeof credential === 'object') return credential
    if (credential !== undefined) {
      if (chatSecret && isChatToken(credential)) {
        const chat = await verifyChatToken(credential, { secret: chatSecret, hmac })
        if (chat) return chatCaller(chat.subject, headers, byok)
      }
      const hashed = sha256(credential)
      const digest = typeof hashed === 'string' ? hashed : await hashed
      digests ??= new Set(await Promise.all(tokens.map((token) => sha256(token))))
      const id = digest.slice(0, SHOWN_DIGITS)
      if (digests.has(digest)) return { kind: 'token', id }
      if (findCaller && credential.startsWith(TOKEN_PREFIX)) {
        const owner = await findCaller(digest).catch(() => refusals.tokensUnavailable())
        if (owner) return 'refused' in owner ? owner : { ...owner, kind: 'user' }
      }
      if (byok && !open && mayBeUpstreamKey(credential)) return { kind: 'own-key', id, ownKey: credential }
    }
    return open ? { kind: 'anyone', id: 'anyone' } : refusals.unauthorized()
  }
}

const TOKEN_PREFIX = 'tain-'

/** A token of this site that is no longer valid, or mistyped, is not shown to anybody upstream. */
const mayBeUpstreamKey = (credential: string) =>
  !credential.startsWith(TOKEN_PREFIX) && /^[\x21-\x7e]{8,512}$/.test(credential)

/** A person in the chat, with the key that the chat handed on. One that cannot be used is refused, never left out. */
function chatCaller(id: string, headers: RawHeaders, byok: boolean | undefined): Caller | Refusal {
  const [ownKey, ...more] = valuesOf(headers, OWN_KEY_HEADER)
  if (ownKey === undefined) return { kind: 'chat', id }
  const isUsable = byok && more.length === 0 && mayBeUpstreamKey(ownKey)
  return isUsable ? { kind: 'chat', id, ownKey } : refusals.unauthorized()
}

/** In which the chat hands on a person's own key. Like every `x-tain-` header it never goes upstream. */
const OWN_KEY_HEADER = 'x-tain-own-key'

/** Digests are compared, so that nothing is learned from how long it takes. */
function identifyRelays(secret: string, sha256: Sha256): Identify {
  const expected = sha256(secret)
  return async (headers) => {
    const shown = valuesOf(headers, RELAY_SECRET_HEADER)
    if (shown.length !== 1 || (await sha256(shown[0] ?? '')) !== (await expected)) {
      return refusals.notByThisRelay()
    }
    const credential = credentialOf(headers)
    if (typeof credential === 'object') return credential
    return { kind: 'relay', id: 'relay', ...(credential !== undefined && { ownKey: credential }) }
  }
}

/** How gateways that are chained know each other. */
export const RELAY_SECRET_HEADER = 'x-tain-relay-secret'

const SHOWN_DIGITS = 12

async function sha256OfWebCrypto(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
