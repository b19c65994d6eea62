import { ADDRESS_BITS, type Address, parseAddress } from './address.ts'

/** A range of addresses (CIDR, RFC 4632), or everybody, known address or not. */
export type Network = 'all' | (Address & { prefixBits: number })

export interface NetworkSet {
  readonly isEmpty: boolean
  has(address: Address | undefined): boolean
}

/**
 * Reads a comma-separated list of addresses and CIDR ranges; `all` is everybody, `off` is nobody. `::ffff:10.0.0.0/104`
 * is `10.0.0.0/8`, and `::/0` is IPv6 only. Throws a RangeError whose message completes a sentence that begins with
 * the setting's name.
 */
export function parseNetworks(text: string): Network[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.length === 1 && items[0] === 'off') return []
  return items.filter(Boolean).map(parseNetwork)
}

function parseNetwork(text: string): Network {
  if (text === 'all') return 'all'
  const [base = '', prefix, ...more] = text.split('/')
  const address = parseAddress(base)
  if (!address || more.length > 0 || (prefix !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(prefix))) {
    throw new RangeError(
      `must be a comma-separated list of addresses or ranges such as 10.0.0.0/8 or 2001:db8::/32; "${text}" is neither`,
    )
  }
  const bits = ADDRESS_BITS[address.family]
  // A prefix counts from the left of what was written: of 128 bits for IPv4 that is written as IPv6.
  const writtenBits = base.includes(':') ? ADDRESS_BITS[6] : ADDRESS_BITS[4]
  const prefixBits = prefix === undefined ? bits : Number(prefix) - (writtenBits - bits)
  if (prefixBits < 0 || prefixBits > bits) {
    throw new RangeError(`must have prefixes of 0 to ${writtenBits} bits in such ranges, unlike "${text}"`)
  }
  if (BigInt.asUintN(bits - prefixBits, address.value) !== 0n) {
    throw new RangeError(`must name ranges by their first address; "${text}" has bits set beyond its prefix`)
  }
  return { ...address, prefixBits }
}

/** Looks an address up once per length of prefix that occurs, however many networks there are. */
export function createNetworkSet(networks: readonly Network[]): NetworkSet {
  const byPrefix = { 4: new Map<number, Set<bigint>>(), 6: new Map<number, Set<bigint>>() }
  let all = false
  for (const network of networks) {
    if (network === 'all') {
      all = true
      continue
    }
    const { family, value, prefixBits } = network
    const shift = ADDRESS_BITS[family] - prefixBits
    const starts = byPrefix[family].get(shift) ?? new Set()
    byPrefix[family].set(shift, starts.add(value >> BigInt(shift)))
  }
  return {
    isEmpty: networks.length === 0,
    has(address) {
      if (all || !address) return all
      for (const [shift, starts] of byPrefix[address.family]) {
        if (starts.has(address.value >> BigInt(shift))) return true
      }
      return false
    },
  }
}
