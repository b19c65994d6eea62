import { headers } from 'next/headers'
import { getConfig } from './config.ts'
import { bucketOf } from './gateway/admission/address.ts'
import { clientAddress } from './gateway/admission/client-address.ts'
import { createNetworkSet } from './gateway/admission/networks.ts'
import { proxyRulesOf } from './proxy-rules.ts'
import { readVisitor, VISITOR_HEADER, type Visitor } from './visitor.ts'

/** The visitor of the request being answered. Other hosts than Node's know no socket, so there nobody is local. */
export async function currentVisitor(): Promise<Visitor> {
  const head = await headers()
  const config = getConfig()
  const told = readVisitor(config, head.get(VISITOR_HEADER))
  if (told) return told
  const { trustedProxies, clientIpHeader } = proxyRulesOf(config)
  const rules = { trustedProxies: createNetworkSet(trustedProxies), clientIpHeader }
  return {
    bucket: bucketOf(clientAddress({ socketAddress: undefined, headers: [...head].flat() }, rules)),
    isLocal: false,
  }
}
