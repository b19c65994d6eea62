import { z } from 'zod'
import { parseJson } from './parse-json.ts'

/**
 * The short-lived token with which the chat backend uses the gateway: `tain-chat.<payload>.<signature>`, a compact JWS
 * (RFC 7515) with HMAC-SHA-256 whose header is the fixed prefix, so that nothing about the algorithm can be chosen by
 * whoever presents it.
 */
const PREFIX = 'tain-chat.'

/** Milliseconds since 1970, as `Date.now`. */
type Clock = () => number

const payload = z.object({ sub: z.string().min(1), exp: z.number() })

/** Whether a credential claims to be a chat token; says nothing about its signature. */
export const isChatToken = (credential: string) => credential.startsWith(PREFIX)

/** HMAC-SHA-256 of a text. Web Crypto answers from another thread, for which a busy machine may take milliseconds. */
export type Hmac = (secret: string, text: string) => Uint8Array | Promise<Uint8Array>

/** A token for `subject` (who is chatting: an account or guest id) that is valid for `ttlMs`. */
export async function signChatToken(options: {
  subject: string
  secret: string
  ttlMs: number
  now?: Clock
  hmac?: Hmac
}): Promise<string> {
  const { subject, secret, ttlMs, now = Date.now, hmac = hmacOfWebCrypto } = options
  const claims: z.input<typeof payload> = { sub: subject, exp: now() + ttlMs }
  const signed = PREFIX + toBase64Url(new TextEncoder().encode(JSON.stringify(claims)))
  return `${signed}.${toBase64Url(await hmac(secret, signed))}`
}

/** The token's subject, or null when it is malformed, forged or expired. Never throws. */
export async function verifyChatToken(
  token: string,
  {
    secret,
    now = Date.now,
    hmac = hmacOfWebCrypto,
  }: { secret: string; now?: Clock; hmac?: Hmac | undefined },
): Promise<{ subject: string } | null> {
  const [body, signature, ...more] = token.slice(PREFIX.length).split('.')
  if (!isChatToken(token) || !body || !signature || more.length > 0) return null
  const signatureBytes = fromBase64Url(signature)
  const bodyBytes = fromBase64Url(body)
  if (!signatureBytes || !bodyBytes) return null
  if (!isSame(signatureBytes, await hmac(secret, PREFIX + body))) return null
  const claims = payload.safeParse(parseJson(new TextDecoder().decode(bodyBytes)))
  return claims.success && now() < claims.data.exp ? { subject: claims.data.sub } : null
}

/** Takes as long wherever they differ. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  let differing = left.length ^ right.length
  for (const [at, byte] of right.entries()) differing |= byte ^ (left[at] ?? 0)
  return differing === 0
}

async function hmacOfWebCrypto(secret: string, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', await keyOf(secret), new TextEncoder().encode(text)))
}

const keys = new Map<string, Promise<CryptoKey>>()

/** The imported key, kept: a process has one secret, and importing costs as much as a signature. */
function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret)
  if (known) return known
  if (keys.size >= MAX_KEPT_KEYS) keys.clear()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign'])
  keys.set(secret, key)
  return key
}

const MAX_KEPT_KEYS = 8

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Undefined unless `text` is the one canonical encoding of its bytes: a token has exactly one spelling. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : undefined
}
