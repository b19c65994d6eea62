/** Keys stand in a way in which it is not clear which of them to replace. The message is a sentence. */
export class UnclearAccount extends Error {
  constructor() {
    super(
      'ROTATE_ACCOUNT must name the account of which the keys are rotated, because there are several (account:key).',
    )
    this.name = 'UnclearAccount'
  }
}

/** What a key without an account's name is called from its first rotation on. */
const FIRST_NAME = 'main'

/** The account of which keys are rotated: the one that was named, else the only one. Throws {@link UnclearAccount}. */
export function accountIn(text: string, named: string | undefined): string {
  const items = itemsIn(text)
  const accounts = new Set(items.map(({ account }) => account ?? ''))
  const only = accounts.size === 1 ? ([...accounts][0] ?? '') : undefined
  // Several keys without a name are as many accounts.
  const isOne = only !== undefined && (only !== '' || items.length === 1)
  if (isOne && (named === undefined || named === only || only === '')) return named ?? (only || FIRST_NAME)
  if (named !== undefined && accounts.has(named)) return named
  throw new UnclearAccount()
}

/**
 * The text with `secret` in place of the keys of `account` (or of the one key without a name), where the first of them
 * stood and for the upstream that it was for; everything else, remarks included, stays as it is.
 */
export function replaceKey(text: string, account: string, secret: string): string {
  const isNamed = itemsIn(text).some((item) => item.account === account)
  let isPlaced = false
  const lines = text.split('\n').map((line) => {
    if (isRemark(line)) return line
    const items = line.split(',').flatMap((written) => {
      const item = readItem(written)
      if (!item || (isNamed ? item.account !== account : item.account !== undefined)) return [written]
      if (isPlaced) return []
      isPlaced = true
      const space = /^\s*/.exec(written)?.[0] ?? ''
      return [`${space}${account}${item.upstream}:${secret}${/\r$/.exec(written)?.[0] ?? ''}`]
    })
    // A line of which every key is gone goes as well.
    return items.length > 0 ? items.join(',') : undefined
  })
  return lines.filter((line) => line !== undefined).join('\n')
}

interface Item {
  account: string | undefined
  /** With its `@`, or empty. */
  upstream: string
  secret: string
}

const isRemark = (line: string) =>
  line
    .replace(/^\ufeff/, '')
    .trimStart()
    .startsWith('#')

/** As `parseKeys` of the gateway divides it: at the first colon. */
function readItem(written: string): Item | undefined {
  const item = written.replace(/^\ufeff/, '').trim()
  if (item === '') return undefined
  const colon = item.indexOf(':')
  const [account = '', upstream] = item.slice(0, Math.max(0, colon)).trim().split('@')
  return {
    account: colon === -1 ? undefined : account,
    upstream: upstream === undefined ? '' : `@${upstream}`,
    secret: item.slice(colon + 1).trim(),
  }
}

function itemsIn(text: string): Item[] {
  return text
    .split('\n')
    .filter((line) => !isRemark(line))
    .flatMap((line) => line.split(','))
    .flatMap((written) => readItem(written) ?? [])
}

/** The secrets that stand in a text of keys. */
export const secretsIn = (text: string): string[] => itemsIn(text).map(({ secret }) => secret)
