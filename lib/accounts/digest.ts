import { createHash, createHmac, randomBytes } from 'node:crypto'
import { requireSecret } from './auth-secret.ts'

/** SHA-256, by which codes are kept and looked up: how long that takes says nothing about what was guessed. */
export const digestOf = (code: string) => createHash('sha256').update(code).digest('hex')

/** HMAC-SHA-256, by Node and at once. */
export const hmacOf = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest()

/** A place on the network as it may be kept: without the secret nobody can tell which address it was. */
export const hashOfPlace = (bucket: string) => hmacOf(requireSecret(), bucket).toString('hex')

/** 32 of them, so that a byte's remainder is fair. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A code of 120 random bits, without letters that look alike. */
export function newCode(): string {
  return Array.from(randomBytes(24), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
