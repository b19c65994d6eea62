/** One key as the operator wrote it. */
export interface KeySetting {
  /** Keys of one account share a bucket, a cooldown and stored objects. */
  account: string
  secret: string
  /** The one upstream this account's keys may be sent to; absent for keys of every upstream without keys of its own. */
  upstream?: string
}

const MIN_KEY_CHARS = 8
const MAX_KEYS = 100_000
const ACCOUNT = /^[a-z0-9][\w.-]{0,31}$/i
const UPSTREAM = /^[a-z0-9][\w.-]{0,31}$/i
const KEY = /^[\x21-\x7e]+$/

/**
 * Reads `key`, `account:key` or `account@upstream:key`, comma-separated; the first colon divides.
 *
 * OpenAI counts limits by organisation and project, so keys of one project must share an account's name. A key without
 * one is an account by itself: taken apart by mistake, two keys of a project cost some needless tries; thrown together
 * by mistake, two strangers would answer 404 for each other's files.
 *
 * Throws a RangeError whose message completes a sentence that begins with the setting's name and contains nothing of
 * what was written: an item is named by its place.
 */
export function parseKeys(text: string): KeySetting[] {
  const items = text.split(',').map((item) => item.trim())
  const keys = items.flatMap((item, index) => (item === '' ? [] : [readItem(item, index + 1)]))
  if (keys.length > MAX_KEYS) throw new RangeError(`must be at most ${MAX_KEYS} keys`)
  return named(withoutRepetitions(keys))
}

interface ReadItem {
  account: string | undefined
  secret: string
  upstream?: string
  place: number
}

function readItem(item: string, place: number): ReadItem {
  const colon = item.indexOf(':')
  const secret = item.slice(colon + 1).trim()
  if (secret.length < MIN_KEY_CHARS || !KEY.test(secret)) {
    throw wrong(place, `the key is not at least ${MIN_KEY_CHARS} visible ASCII characters without spaces`)
  }
  if (colon === -1) return { account: undefined, secret, place }
  const [account = '', upstream, ...more] = item.slice(0, colon).trim().split('@')
  if (!ACCOUNT.test(account)) {
    throw wrong(place, 'the account before the colon is not 1 to 32 letters, digits, dots, dashes')
  }
  if (more.length > 0 || (upstream !== undefined && !UPSTREAM.test(upstream))) {
    throw wrong(place, 'what stands between @ and the colon is not the name of an upstream')
  }
  return { account, secret, place, ...(upstream && { upstream }) }
}

const wrong = (place: number, why: string) =>
  new RangeError(`must be a comma-separated list of key or account:key; in item ${place} ${why}`)

/** The same item twice is one. The same key in two accounts, or an account at two upstreams, is a contradiction. */
function withoutRepetitions(items: ReadItem[]): ReadItem[] {
  const bySecret = new Map<string, ReadItem>()
  const byAccount = new Map<string, ReadItem>()
  return items.filter((item) => {
    const twin = bySecret.get(item.secret)
    if (twin && (twin.account !== item.account || twin.upstream !== item.upstream)) {
      throw wrong(item.place, `stands the key of item ${twin.place} under another account`)
    }
    if (item.account !== undefined) {
      const sibling = byAccount.get(item.account)
      if (sibling && sibling.upstream !== item.upstream) {
        throw wrong(item.place, `the account of item ${sibling.place} has another upstream`)
      }
      byAccount.set(item.account, item)
    }
    bySecret.set(item.secret, item)
    return !twin
  })
}

/** Gives unnamed accounts the masked key for a name; two that look alike are told apart by a number. */
function named(items: ReadItem[]): KeySetting[] {
  const taken = new Set(items.map((item) => item.account))
  return items.map(({ account, secret, upstream }) => ({
    account: account ?? freeName(maskKey(secret), taken),
    secret,
    ...(upstream && { upstream }),
  }))
}

function freeName(wanted: string, taken: Set<string | undefined>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number++) name = `${wanted}~${number}`
  taken.add(name)
  return name
}

/** `sk-…wxyz`: enough for an operator to tell keys apart, useless to anybody else. Short keys show nothing. */
export function maskKey(secret: string): string {
  const prefix = secret.startsWith('sk-') ? 'sk-' : ''
  return secret.length < MIN_CHARS_TO_SHOW_SOME ? `${prefix}…` : `${prefix}…${secret.slice(-4)}`
}

const MIN_CHARS_TO_SHOW_SOME = 20

/** The place of the first key that is bound to an upstream which does not exist, counted from 1. */
export function danglingKey(keys: readonly KeySetting[], upstreams: readonly string[]): number | undefined {
  const at = keys.findIndex(({ upstream }) => upstream !== undefined && !upstreams.includes(upstream))
  return at === -1 ? undefined : at + 1
}
