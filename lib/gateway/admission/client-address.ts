import { type RawHeaders, valuesOf } from '../headers.ts'
import { type Address, parseAddress } from './address.ts'
import type { NetworkSet } from './networks.ts'

export interface ProxyRules {
  /** The proxies whose word about the client is taken. */
  trustedProxies: NetworkSet
  /** The one header in which they give it, in lower case; undefined when nothing is to be read. */
  clientIpHeader: string | undefined
}

/**
 * Who is calling: the other end of the socket, or, if that is a trusted proxy, what it wrote into the one header that
 * the operator named. Such a header is a list to which each proxy appends whom it heard from, so it is read from the
 * right and only as far as trusted proxies wrote it; a client can put what it likes further left. An entry that is not
 * an address ends the reading at the proxy that wrote it.
 *
 * `socketAddress` is undefined on hosts that do not know it; only proxies trusted as `all` can tell then.
 */
export function clientAddress(
  { socketAddress, headers }: { socketAddress: string | undefined; headers: RawHeaders },
  { trustedProxies, clientIpHeader }: ProxyRules,
): Address | undefined {
  // The zone of a link-local address (fe80::1%eth0) says which of our interfaces it came in by.
  let address = socketAddress === undefined ? undefined : parseAddress(socketAddress.replace(/%.*$/, ''))
  if (clientIpHeader === undefined || !trustedProxies.has(address)) return address
  const hops = valuesOf(headers, clientIpHeader).join(',').split(',')
  for (const hop of hops.reverse()) {
    const before = parseHop(hop)
    if (!before) return address
    address = before
    if (!trustedProxies.has(address)) return address
  }
  return address
}

/** An address; some proxies add the port, and brackets around IPv6 then. */
function parseHop(text: string): Address | undefined {
  const hop = text.trim()
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop)
  if (bracketed) return bracketed[1]?.includes(':') ? parseAddress(bracketed[1]) : undefined
  const withPort = /^([\d.]+):\d{1,5}$/.exec(hop)
  return parseAddress(withPort?.[1] ?? hop)
}

/**
 * Reads the name of the header that trusted proxies write, in lower case, or `off` (undefined). Throws a RangeError whose message completes
 * a sentence that begins with the setting's name. RFC 7239's `Forwarded` holds more than addresses and is not read.
 */
export function parseClientIpHeader(text: string): string | undefined {
  const name = text.trim().toLowerCase()
  if (name === 'off') return undefined
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || name === 'forwarded') {
    throw new RangeError('must be the name of a header that holds addresses only, such as X-Forwarded-For')
  }
  return name
}
