/** For every page and handler of the site; `/v1` is upstream's own answer and gets nothing added. */
const siteHeaders = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=(self)' },
]

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The gateway's spellings must reach the gateway: `//` and trailing slashes are not redirected away.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: [
    '@node-rs/argon2',
    '@zip.js/zip.js',
    'gpt-tokenizer',
    'kysely',
    'kysely-postgres-js',
    'postgres',
    'sharp',
    'unpdf',
  ],
  // Types are checked by `npm test`; a start should not wait for them.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [
    { source: '/((?!v1(?:/|$)).*)', headers: siteHeaders },
    // Known to those who were given the address, and to nobody else.
    { source: '/share/:path*', headers: [{ key: 'x-robots-tag', value: 'noindex, nofollow, noarchive' }] },
  ],
}

export default config
