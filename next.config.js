/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The gateway's spellings must reach the gateway: `//` and trailing slashes are not redirected away.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ['kysely', 'kysely-postgres-js', 'postgres'],
  // Types are checked by `npm test` with stricter projects; the build should not pay for it twice.
  typescript: { ignoreBuildErrors: true },
  // `npm start` compares a hash of the sources with the one this build was made from.
  distDir: '.next',
}

export default config
