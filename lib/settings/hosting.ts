import { baseUrl } from '../setting-kinds.ts'

/** What stands around the site. A group of `lib/config.ts`, which spreads it in. */
export const hostingSettings = {
  ASSET_PREFIX: {
    schema: baseUrl.optional(),
    meta: {
      group: 'running' as const,
      about:
        'A CDN in front of the static files, such as https://cdn.example.org: pages load scripts, styles and fonts from `{ASSET_PREFIX}/_next/static/…`, which it gets from this site. It is part of the build: `npm start` builds anew when it changes.',
      fallback: 'not set: the site serves them itself',
      example: 'https://cdn.example.org',
    },
  },
}
