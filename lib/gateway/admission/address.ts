/** An internet address as a number. IPv4 inside IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export interface Address {
  family: 4 | 6
  value: bigint
}

/** How many bits an address of the family has. */
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const

/** The longest text: an IPv6 address whose last 32 bits are written as IPv4. */
const MAX_LENGTH = 45

const IPV4_MAPPED = 0xffffn

/** Reads one address, strictly: no port, brackets, zone, spaces or leading zeros. Undefined when it is not one. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined
  if (!text.includes(':')) {
    const value = parseIpv4(text)
    return value === undefined ? undefined : { family: 4, value: BigInt(value) }
  }
  const value = parseIpv6(text)
  if (value === undefined) return undefined
  return value >> 32n === IPV4_MAPPED ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value }
}

/**
 * What limits count as one place: an IPv4 address, or the /64 of an IPv6 address, which is what one customer has at
 * least. Everyone whose address is not known is one place.
 */
export function bucketOf(address: Address | undefined): string {
  if (!address) return 'unknown'
  return address.family === 4 ? `4-${address.value}` : `6-${address.value >> 64n}`
}

function parseIpv4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    value = value * 256 + Number(part)
  }
  return value
}

/** RFC 4291, section 2.2. `::` stands for one group of zeros or more. */
function parseIpv6(text: string): bigint | undefined {
  const halves = withHexTail(text)?.split('::') ?? []
  if (halves.length < 1 || halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  let value = 0n
  for (const group of [...head, ...Array<string>(missing).fill('0'), ...tail]) {
    if (!/^[\da-f]{1,4}$/i.test(group)) return undefined
    value = (value << 16n) | BigInt(Number.parseInt(group, 16))
  }
  return value
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function withHexTail(text: string): string | undefined {
  if (!text.includes('.')) return text
  const at = text.lastIndexOf(':') + 1
  const tail = parseIpv4(text.slice(at))
  if (tail === undefined) return undefined
  return `${text.slice(0, at)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`
}
