import { baseUrl, duration, secret } from '../setting-kinds.ts'

/** What stands around the site. A group of `lib/config.ts`, which spreads it in. */
export const hostingSettings = {
  REDIS_TIMEOUT: {
    schema: duration.prefault('100ms'),
    meta: {
      group: 'gateway' as const,
      about:
        'How long a request waits for REDIS_URL before its instance counts limits by itself, in its share. Longer for a Redis in another region.',
    },
  },
  REDIS_REST_URL: {
    schema: baseUrl.optional(),
    meta: {
      group: 'gateway' as const,
      about:
        'A Redis that is asked over HTTP (Upstash, or serverless-redis-http), in which the instances of the Edge route count limits together: it has no TCP for REDIS_URL. With REDIS_REST_TOKEN.',
      fallback: 'not set: each instance of the Edge route counts for itself',
      example: 'https://example.upstash.io',
    },
  },
  REDIS_REST_TOKEN: {
    schema: secret(8).optional(),
    meta: {
      group: 'gateway' as const,
      about: 'The token of REDIS_REST_URL.',
      secret: true as const,
    },
  },
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

type HostSettings = Record<
  'VERCEL_URL' | 'RELAY_SECRET' | 'OPENAI_API_KEY' | 'DATABASE_URL' | 'AUTH_SECRET',
  unknown
>

/**
 * What a site at Vercel cannot do without: nothing that it writes to a disk stays there. A relay has no site that
 * anybody uses.
 */
export function missingOnVercel(config: HostSettings): 'DATABASE_URL' | 'AUTH_SECRET' | undefined {
  const isRelay = config.RELAY_SECRET !== undefined && config.OPENAI_API_KEY === undefined
  if (config.VERCEL_URL === undefined || isRelay) return undefined
  return (['DATABASE_URL', 'AUTH_SECRET'] as const).find((name) => config[name] === undefined)
}
