interface PolicyOptions {
  isDevelopment?: boolean
  /** Where static files are served from, if not from here. */
  assetPrefix?: string | undefined
}

/**
 * What a page may load and run: scripts that carry this request's nonce and what those load, everything else from here
 * alone, or from the CDN that the operator named for static files. Pictures may also be data of the page itself. Styles may stand in attributes, which formulas need; they cannot
 * run or send anything, since nothing may be loaded from elsewhere.
 */
export function contentSecurityPolicy(
  nonce: string,
  { isDevelopment = false, assetPrefix }: PolicyOptions = {},
): string {
  const files = ["'self'", ...(assetPrefix ? [new URL(assetPrefix).origin] : [])]
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    // Development rebuilds modules with eval and hears of changes over a socket.
    'script-src': [
      ...files,
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...(isDevelopment ? ["'unsafe-eval'"] : []),
    ],
    'style-src': [...files, "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': files,
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", ...(isDevelopment ? ['ws:'] : [])],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'object-src': ["'none'"],
    'frame-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}
