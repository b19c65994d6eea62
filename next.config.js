import { getConfig } from './lib/config.ts'

/** For every page and handler of the site; `/v1` is upstream's own answer and gets nothing added. */
const siteHeaders = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=(self)' },
]

/** A CDN's origin is another one, and fonts (with the service worker's copies) are asked for across origins. */
const fileHeaders = [{ key: 'access-control-allow-origin', value: '*' }]

const { ASSET_PREFIX: assetPrefix } = getConfig()

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // `crossOrigin`: a file whose answer may be read can be kept for the time without a network.
  ...(assetPrefix && { assetPrefix, crossOrigin: 'anonymous' }),
  // Nothing uses the image optimiser, so nobody may use its time.
  images: { unoptimized: true },
  // The gateway's spellings must reach the gateway: `//` and trailing slashes are not redirected away.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: [
    '@node-rs/argon2',
    '@zip.js/zip.js',
    'gpt-tokenizer',
    'kysely',
    'nodemailer',
    // Of next-auth: bundled, its `url.parse` would put a warning of Node's into the site's log.
    'openid-client',
    'pg',
    'sharp',
    'unpdf',
  ],
  // Types are checked by `npm test`; a start should not wait for them.
  typescript: { ignoreBuildErrors: true },
  compiler: {
    runAfterProductionCompile: async ({ distDir }) => {
      const { addCompileHints } = await import('./scripts/compile-hints.ts')
      await addCompileHints(distDir)
    },
  },
  headers: async () => [
    { source: '/((?!v1(?:/|$)).*)', headers: siteHeaders },
    { source: '/_next/static/:path*', headers: fileHeaders },
    // Known to those who were given the address, and to nobody else.
    { source: '/share/:path*', headers: [{ key: 'x-robots-tag', value: 'noindex, nofollow, noarchive' }] },
  ],
}

export default config
