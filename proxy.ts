import { type NextRequest, NextResponse } from 'next/server'
import { getConfig } from '#lib/config.ts'
import { contentSecurityPolicy } from '#lib/content-security-policy.ts'

/**
 * Gives every page its Content-Security-Policy, with a nonce that Next puts on its own scripts. Nothing is decided here
 * about who may see what: that is each handler's own business.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const policy = contentSecurityPolicy(nonce, {
    isDevelopment: process.env.NODE_ENV === 'development',
    assetPrefix: getConfig().ASSET_PREFIX,
  })
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

/**
 * Everything that may turn out to be a page; where nothing is, that is the page which says so. The gateway and the API must
 * not pass through here: Next cuts request bodies at 10 MB for routes that a proxy matches. Nor the service worker, whom
 * the policy of a page would keep from a CDN's files.
 */
export const config = {
  matcher: ['/((?!v1(?:/|$)|api/|_next/static/|healthz$|readyz$|sw\\.js$).*)'],
}
