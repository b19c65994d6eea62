import type { IncomingMessage } from 'node:http'
import type { Config } from '#lib/config.ts'
import { bucketOf, parseAddress } from '#lib/gateway/admission/address.ts'
import { clientAddress } from '#lib/gateway/admission/client-address.ts'
import { createNetworkSet } from '#lib/gateway/admission/networks.ts'
import { isLoopback, VISITOR_HEADER, type Visitor, writeVisitor } from '#lib/visitor.ts'

/** Each of them says that somebody stands between the browser and this site. */
const FORWARDING = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'cf-connecting-ip',
]

/**
 * Says to the site who the visitor is, in a header of the host's own which nobody else can write. Next would believe a
 * caller's word about the address, and does not know the socket.
 */
export function createVisitorMark(config: Config): (req: IncomingMessage) => void {
  const trustedProxies = createNetworkSet(config.TRUSTED_PROXIES)
  const { CLIENT_IP_HEADER: clientIpHeader, SIGN_IN_HEADER: signInHeader, SITE_URL } = config
  const isPublic = SITE_URL !== undefined && !isLocalName(new URL(SITE_URL).host)

  return (req) => {
    const { headers, rawHeaders } = req
    const socketAddress = req.socket.remoteAddress?.replace(/%.*$/, '')
    const client = clientAddress({ socketAddress, headers: rawHeaders }, { trustedProxies, clientIpHeader })
    const isDirect = !FORWARDING.some((name) => headers[name] !== undefined)
    const visitor: Visitor = {
      bucket: bucketOf(client),
      isLocal: !isPublic && isDirect && isLoopback(client) && isLocalName(headers.host),
    }
    const peer = socketAddress === undefined ? undefined : parseAddress(socketAddress)
    const identity = signInHeader === undefined ? undefined : onlyValue(rawHeaders, signInHeader)
    if (identity && trustedProxies.has(peer)) visitor.identity = identity
    headers[VISITOR_HEADER] = writeVisitor(config, visitor)
  }
}

/** A proxy that adds to what a caller sent, instead of overwriting it, lets the caller say who he is: two values are none. */
function onlyValue(rawHeaders: readonly string[], name: string): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
  return values.length === 1 ? values[0]?.trim() : undefined
}

/** Another site's name that was pointed at this computer (DNS rebinding) is not local. */
const isLocalName = (host = '') => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host)
