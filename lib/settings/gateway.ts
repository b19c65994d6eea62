import { z } from 'zod'
import { parseClientIpHeader } from '../gateway/admission/client-address.ts'
import { parseNetworks } from '../gateway/admission/networks.ts'
import { parseUserAgents } from '../gateway/admission/user-agents.ts'
import { parseRate } from '../gateway/limits/rate.ts'
import { parseDeniedPaths } from '../gateway/target.ts'
import {
  apiUrl,
  none,
  onOrOff,
  readBy,
  secret,
  secretList,
  sizeOrOff,
  wholeNumberOrOff,
} from '../setting-kinds.ts'
import { setting } from './setting.ts'

/** Who may use `/v1`, how much of it, and how. A group of `lib/config.ts`, which spreads it in. */
export const gatewaySettings = {
  GATEWAY_TOKENS: setting(secretList(20).default([]), {
    group: 'gateway',
    about: 'Tokens with which other programs may use `/v1`, comma-separated.',
    fallback: 'one is made at the first start and kept in DATA_DIR/gateway-token',
    example: 'tain-...',
    secret: true,
  }),
  GATEWAY_URL: setting(apiUrl.optional(), {
    group: 'gateway',
    about: 'The gateway the chat uses, when it is not the one of this site.',
    fallback: "this site's own /v1",
  }),

  ADDRESS_RATE: setting(readBy(parseRate).prefault('60/m'), {
    group: 'gateway',
    about:
      'How many requests to `/v1` one address (of IPv6, one /64) may send without a valid token, such as 60/m, 3/s or 500/h; `off` for any number.',
    fallback: '60/m',
  }),
  ADDRESS_BURST: setting(wholeNumberOrOff(0, 10_000).prefault('20'), {
    group: 'gateway',
    about:
      'How many requests beyond ADDRESS_RATE are served at once before the rate is enforced, as `burst` with `nodelay` in nginx; `off` for none.',
    fallback: '20',
  }),
  CALLER_RATE: setting(readBy(parseRate).prefault('off'), {
    group: 'gateway',
    about: 'How many requests to `/v1` each token may send, such as 600/m; `off` for any number.',
    fallback: 'off',
  }),
  CALLER_BURST: setting(wholeNumberOrOff(0, 10_000).prefault('20'), {
    group: 'gateway',
    about: 'As ADDRESS_BURST, for CALLER_RATE.',
    fallback: '20',
  }),
  CALLER_STREAMS: setting(wholeNumberOrOff(1, 100_000).prefault('100'), {
    group: 'gateway',
    about:
      'How many requests one token (or one address without a token) may have running at a time; `off` for any number.',
    fallback: '100',
  }),
  REDIS_URL: setting(
    z
      .string()
      .refine((text) => text === 'off' || (URL.canParse(text) && /^rediss?:\/\//.test(text)), {
        error: 'must be a redis:// or rediss:// URL, or off',
      })
      .transform((text) => (text === 'off' ? undefined : text))
      .optional(),
    {
      group: 'gateway',
      about:
        'A Redis in which several instances count limits together, and, with PostgreSQL, tell one another of running answers word by word. While it is away each keeps to its share of the limits, and answers are read from the database.',
      fallback: 'off: limits are counted in the memory of this process',
      example: 'redis://user:password@host:6379/0',
      secret: true,
    },
  ),
  INSTANCES: setting(wholeNumberOrOff(1, 1000).prefault('off'), {
    group: 'gateway',
    about: 'Into how many shares limits are divided while REDIS_URL is away.',
    fallback: 'off: as many as were last seen there',
  }),
  TRUSTED_PROXIES: setting(readBy(parseNetworks).prefault('off'), {
    group: 'gateway',
    about:
      'The proxies in front of this site, as addresses or ranges such as 10.0.0.0/8, whose CLIENT_IP_HEADER is believed; `all` believes everybody and is only for hosts that nobody reaches directly, `off` nobody.',
    fallback: "off: the address is the socket's",
    example: '10.0.0.0/8, 2001:db8::/32',
  }),
  CLIENT_IP_HEADER: setting(readBy(parseClientIpHeader).prefault('x-forwarded-for'), {
    group: 'gateway',
    about:
      "The one header in which TRUSTED_PROXIES say who called, such as X-Forwarded-For, X-Real-IP or CF-Connecting-IP; of a list, the last address that is not a proxy's counts.",
    fallback: 'X-Forwarded-For',
  }),
  ALLOW_NETWORKS: setting(readBy(parseNetworks).prefault('off'), {
    group: 'gateway',
    about: 'Only these addresses or ranges may use `/v1`, with or without a token; `off` lets everybody in.',
    fallback: 'off',
    example: '192.0.2.0/24, 2001:db8::/32',
  }),
  DENY_NETWORKS: setting(readBy(parseNetworks).prefault('off'), {
    group: 'gateway',
    about:
      'These addresses or ranges may not use `/v1`, even if ALLOW_NETWORKS has them; `off` denies nobody.',
    fallback: 'off',
    example: '198.51.100.0/24',
  }),
  DENY_USER_AGENTS: setting(readBy(parseUserAgents).prefault('default'), {
    group: 'gateway',
    about:
      'Words that keep a program out of `/v1` when its user agent contains one and it shows no valid token, comma-separated; `default` stands for Scrapy, curl, HttpClient and well-known scanners, `off` keeps nobody out.',
    fallback: 'default',
    example: 'default, MyCrawler',
  }),
  DENY_PATHS: setting(readBy(parseDeniedPaths).default(none), {
    group: 'gateway',
    about:
      'Paths below `/v1` that are not relayed, with everything below them, comma-separated. `/v1/organization` and `/v1/projects` never are.',
    example: '/v1/fine_tuning, /v1/files',
  }),
  MAX_BODY_BYTES: setting(sizeOrOff.prefault('512MB'), {
    group: 'gateway',
    about: 'The largest request body that is relayed, such as 512MB; `off` for any size.',
    fallback: '512MB',
  }),
  BYOK: setting(onOrOff.default(false), {
    group: 'gateway',
    about:
      "Whether (`on`) callers may bring their own upstream key in place of one of this site's tokens. It is passed on, and never stored or logged.",
    fallback: 'off',
  }),
  RELAY_SECRET: setting(secret(20).optional(), {
    group: 'gateway',
    about:
      'Makes a site without keys a relay: it serves only requests that carry this secret in `x-tain-relay-secret`, and passes their own key on. A site with keys sends it to its upstreams, except OpenAI.',
    secret: true,
  }),
  OPERATOR_TOKEN: setting(secret(32).optional(), {
    group: 'gateway',
    about: 'Shows the state of upstreams and keys at `/gateway/status`, sent as `Authorization: Bearer`.',
    fallback: 'not set: the page does not exist',
    secret: true,
  }),
}
