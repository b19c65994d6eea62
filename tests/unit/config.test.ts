import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Config, ConfigError, parseConfig, type SettingName, settings } from '#lib/config.ts'
import { keyRateOf } from '#lib/gateway-config.ts'
import { chatApiOf, gatewayUrlOf, keysOf, upstreamOf } from '#lib/upstream-config.ts'
import { generatedFiles, renderEnvExample, staleFiles } from '../../scripts/config-docs.ts'

const names = Object.keys(settings) as SettingName[]
const defaults = parseConfig({})
const secretNames = names.filter((name) => 'secret' in settings[name].meta)

type Cases = { [K in SettingName]: { good: [string, Config[K]][]; bad: string[] } }

const onOff: [string, boolean][] = [
  ['on', true],
  ['off', false],
]

/** What a setting cannot be without. */
const companions: { [K in SettingName]?: Record<string, string> } = {
  S3_BUCKET_URL: { S3_ACCESS_KEY_ID: 'an-id', S3_SECRET_ACCESS_KEY: 'a-secret' },
  SMTP_URL: { MAIL_FROM: 'no-reply@example.org', SITE_URL: 'https://chat.example.org' },
  AUTH_GITHUB_ID: { AUTH_GITHUB_SECRET: 'a-secret', SITE_URL: 'https://chat.example.org' },
  AUTH_GOOGLE_ID: { AUTH_GOOGLE_SECRET: 'a-secret', SITE_URL: 'https://chat.example.org' },
  OIDC_ISSUER: {
    OIDC_CLIENT_ID: 'an-id',
    OIDC_CLIENT_SECRET: 'a-secret',
    SITE_URL: 'https://chat.example.org',
  },
}

const cases: Cases = {
  ACCEPT_TERMS: {
    good: [
      ['on', 'on'],
      ['off', 'off'],
    ],
    bad: ['yes'],
  },
  MINIMUM_AGE: {
    good: [
      ['18', 18],
      ['off', undefined],
    ],
    bad: ['0', '100', 'old'],
  },
  LEGAL_DIR: { good: [['/etc/tain/legal', '/etc/tain/legal']], bad: ['x'.repeat(4097)] },
  MODERATION: {
    good: [
      ['off', 'off'],
      ['upstream', 'upstream'],
      ['local', 'local'],
    ],
    bad: ['on'],
  },
  MODERATION_WORDS: { good: [['/etc/tain/words.txt', '/etc/tain/words.txt']], bad: ['x'.repeat(4097)] },
  MODERATION_FAILURE: {
    good: [
      ['open', 'open'],
      ['closed', 'closed'],
    ],
    bad: ['ajar'],
  },
  ICP_NUMBER: { good: [['京ICP备00000000号-1', '京ICP备00000000号-1']], bad: ['1', 'x'.repeat(61)] },
  POLICE_NUMBER: {
    good: [['京公网安备00000000000000号', '京公网安备00000000000000号']],
    bad: ['京公网安备号某某某', 'x'.repeat(61)],
  },
  MODEL_FILING: { good: [['某模型 某-2026-1', '某模型 某-2026-1']], bad: ['1', 'x'.repeat(201)] },
  CHAT_TOOLS: {
    good: [
      ['off', []],
      ['image_generation, web_search', ['web_search', 'image_generation']],
    ],
    bad: ['browser', 'web_search,', ','],
  },
  TITLE_MODEL: {
    good: [
      ['small-model', 'small-model'],
      ['off', 'off'],
    ],
    bad: ['x'.repeat(201)],
  },
  MODELS: {
    good: [
      ['*', { named: [], others: true }],
      ['a, b/c:7b,', { named: [{ id: 'a' }, { id: 'b/c:7b' }], others: false }],
      [
        'gpt-5.4 = The clever one (vision no-tools 1.5M $1.25/$10), *',
        {
          named: [
            {
              id: 'gpt-5.4',
              name: 'The clever one',
              vision: true,
              tools: false,
              contextTokens: 1_500_000,
              price: { input: 1.25, output: 10 },
            },
          ],
          others: true,
        },
      ],
    ],
    bad: [',', 'a, a', 'two words', 'a (clever)', 'a=', 'a (128k', 'ü'],
  },
  FILE_MAX_BYTES: { good: [['5MB', 5 * 1024 ** 2]], bad: ['off', '101MB', '20 mega'] },
  FILES_PER_PERSON: {
    good: [
      ['2GB', 2 * 1024 ** 3],
      ['off', undefined],
    ],
    bad: ['much'],
  },
  S3_BUCKET_URL: {
    good: [['https://s3.example.org/bucket/', 'https://s3.example.org/bucket']],
    bad: ['bucket'],
  },
  S3_REGION: { good: [['eu-central-1', 'eu-central-1']], bad: ['x'.repeat(61)] },
  S3_ACCESS_KEY_ID: { good: [['AKIA', 'AKIA']], bad: ['x', 'a b c'] },
  S3_SECRET_ACCESS_KEY: { good: [['a/secret+key', 'a/secret+key']], bad: ['short'] },
  GUESTS: {
    good: [
      ['open', 'open'],
      ['off', 'off'],
    ],
    bad: ['on', 'yes'],
  },
  GUESTS_PER_ADDRESS: {
    good: [
      ['5', 5],
      ['off', 'off'],
    ],
    bad: ['0', '-1', 'many'],
  },
  CONVERSATION_DAYS: {
    good: [
      ['90', 90],
      ['off', 'off'],
    ],
    bad: ['0', '3651', '90d'],
  },
  DELETED_DAYS: { good: [['7', 7]], bad: ['0', 'off'] },
  RAW_RESPONSE_DAYS: {
    good: [
      ['30', 30],
      ['off', 'off'],
    ],
    bad: ['0'],
  },
  UNSENT_FILE_DAYS: { good: [['3', 3]], bad: ['0', '366', 'off'] },
  RECORD_DAYS: { good: [['365', 365]], bad: ['0', 'off'] },
  GUEST_DAYS: {
    good: [
      ['30', 30],
      ['off', 'off'],
    ],
    bad: ['0', '30d'],
  },
  AUTH_GITHUB_ID: { good: [['Iv1.0123', 'Iv1.0123']], bad: ['x'.repeat(501)] },
  AUTH_GITHUB_SECRET: { good: [['a-secret', 'a-secret']], bad: ['short'] },
  AUTH_GITHUB_URL: {
    good: [['https://github.example.org/', 'https://github.example.org']],
    bad: ['github.example.org'],
  },
  AUTH_GOOGLE_ID: {
    good: [['1.apps.googleusercontent.com', '1.apps.googleusercontent.com']],
    bad: ['x'.repeat(501)],
  },
  AUTH_GOOGLE_SECRET: { good: [['a-secret', 'a-secret']], bad: ['short'] },
  OIDC_ISSUER: {
    good: [['https://login.example.org/realms/main/', 'https://login.example.org/realms/main']],
    bad: ['login.example.org'],
  },
  OIDC_CLIENT_ID: { good: [['tain', 'tain']], bad: ['x'.repeat(501)] },
  OIDC_CLIENT_SECRET: { good: [['a-secret', 'a-secret']], bad: ['short'] },
  OIDC_NAME: { good: [['Example Ltd', 'Example Ltd']], bad: ['x'.repeat(41)] },
  PROVIDER_SIGN_UP: {
    good: [
      ['open', 'open'],
      ['closed', 'closed'],
    ],
    bad: ['invite'],
  },
  PROVIDER_EMAIL_DOMAINS: {
    good: [['Example.org, sub.example.com', ['example.org', 'sub.example.com']]],
    bad: ['example', 'a@example.org', '*.example.org'],
  },
  SMTP_URL: {
    good: [
      [
        'smtps://ada%40example.org:p%2Fw@mail.example.org',
        {
          host: 'mail.example.org',
          port: 465,
          tls: 'implicit',
          user: 'ada@example.org',
          password: 'p/w',
        },
      ],
      ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, tls: 'required' }],
      ['smtp://[::1]:25?tls=off', { host: '::1', port: 25, tls: 'off' }],
    ],
    bad: [
      'mail.example.org',
      'https://mail.example.org',
      'smtps://mail.example.org?tls=off',
      'smtp://mail.example.org?tls=maybe',
      'smtp://mail.example.org/x',
    ],
  },
  MAIL_FROM: {
    good: [
      ['no-reply@example.org', { name: '', address: 'no-reply@example.org' }],
      ['Tain <no-reply@example.org>', { name: 'Tain', address: 'no-reply@example.org' }],
    ],
    bad: ['Tain', 'a@example.org, b@example.org', 'Tain <a@example.org>\nBcc: b@example.org'],
  },
  SIGN_UP: {
    good: [
      ['open', 'open'],
      ['invite', 'invite'],
      ['closed', 'closed'],
    ],
    bad: ['off'],
  },
  OWNER_CODE: { good: [['c'.repeat(20), 'c'.repeat(20)]], bad: ['short'] },
  SIGN_IN_HEADER: { good: [['X-Forwarded-Email', 'x-forwarded-email']], bad: ['two words', 'a:b'] },
  AUTH_SECRET_PREVIOUS: { good: [['s'.repeat(32), 's'.repeat(32)]], bad: ['s'.repeat(31)] },
  TAIN_HOST_MARK: { good: [['m'.repeat(20), 'm'.repeat(20)]], bad: ['m'] },
  ROTATE: {
    good: [
      ['7d', 604_800_000],
      ['off', undefined],
    ],
    bad: ['weekly', '7'],
  },
  ROTATE_ACCOUNT: { good: [['team', 'team']], bad: ['a:b', 'two words'] },
  OPENAI_ADMIN_KEY: {
    good: [['sk-admin-0123456789abc', 'sk-admin-0123456789abc']],
    bad: ['short', 'with a space in it 0123'],
  },
  OPENAI_PROJECT_ID: { good: [['proj_abc', 'proj_abc']], bad: ['a/b', 'a b'] },
  OPENAI_ADMIN_URL: {
    good: [['https://relay.example.org', 'https://relay.example.org/v1']],
    bad: ['api.openai.com', 'ftp://api.openai.com'],
  },
  OPENAI_API_KEY: {
    good: [['sk-0123456789', 'sk-0123456789']],
    bad: ['short', 'with a space inside', 'schlüssel-0123', 'sk-0123\u00006789'],
  },
  OPENAI_BASE_URL: {
    good: [
      ['https://relay.example.org', 'https://relay.example.org/v1'],
      ['https://relay.example.org/', 'https://relay.example.org/v1'],
      ['http://127.0.0.1:11434/v1/', 'http://127.0.0.1:11434/v1'],
      ['https://relay.example.org/openai', 'https://relay.example.org/openai'],
    ],
    bad: [
      'relay.example.org',
      'ftp://relay.example.org',
      'https://user:pass@relay.example.org',
      'https://relay.example.org/v1?key=1',
      'https://relay.example.org/v1#top',
      'https://',
    ],
  },
  OPENAI_API: {
    good: [
      ['responses', 'responses'],
      ['chat', 'chat'],
    ],
    bad: ['completions', 'Chat', 'responses,chat'],
  },
  OPENAI_MODEL: { good: [['gpt-5.4-mini', 'gpt-5.4-mini']], bad: [] },
  UPSTREAM_IDLE_TIMEOUT: {
    good: [
      ['250ms', 250],
      ['1.5s', 1500],
      ['10m', 600_000],
      ['1h', 3_600_000],
      ['1d', 86_400_000],
    ],
    bad: ['10', '10 minutes', '-5s', 'm', '1e3s', 'Infinitys'],
  },
  OPENAI_API_KEYS: {
    good: [
      ['a:sk-0123456789', [{ account: 'a', secret: 'sk-0123456789' }]],
      ['sk-0123456789,', [{ account: 'sk-…', secret: 'sk-0123456789' }]],
    ],
    bad: ['short', 'an account:sk-0123456789', 'a@nowhere:sk-0123456789', 'a:sk-0123456789,b:sk-0123456789'],
  },
  KEYS_FROM: {
    good: [
      ['env', undefined],
      ['file:/run/secrets/keys', { kind: 'file', path: '/run/secrets/keys' }],
      ['vault:secret/tain', { kind: 'vault', mount: 'secret', path: 'tain', field: 'OPENAI_API_KEYS' }],
      ['vault:a/b/data/c/d#keys', { kind: 'vault', mount: 'a/b', path: 'c/d', field: 'keys' }],
      ['aws:tain/keys', { kind: 'aws', id: 'tain/keys' }],
      [
        'aws:arn:aws:secretsmanager:eu-central-1:123456789012:secret:tain-AbCdEf#keys',
        {
          kind: 'aws',
          id: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:tain-AbCdEf',
          field: 'keys',
        },
      ],
    ],
    bad: ['vault:', 'vault:secret', 'vault:a/../b', 'file:', 'aws:', 'aws:a b', '/run/secrets/keys'],
  },
  KEYS_REFRESH: {
    good: [
      ['30s', 30_000],
      ['off', undefined],
    ],
    bad: ['30', 'never'],
  },
  VAULT_ADDR: {
    good: [['https://vault.example.org:8200/', 'https://vault.example.org:8200']],
    bad: ['vault'],
  },
  VAULT_NAMESPACE: { good: [['team/a', 'team/a']], bad: [] },
  VAULT_AUTH: { good: [['approle', 'approle']], bad: ['ldap'] },
  VAULT_AUTH_MOUNT: { good: [['k8s/one', 'k8s/one']], bad: [] },
  VAULT_TOKEN: { good: [['file:/vault/token', 'file:/vault/token']], bad: ['short', 'with a space'] },
  VAULT_ROLE_ID: { good: [['role', 'role']], bad: [] },
  VAULT_SECRET_ID: { good: [['secret-id', 'secret-id']], bad: ['short'] },
  VAULT_ROLE: { good: [['tain', 'tain']], bad: [] },
  VAULT_JWT_FILE: { good: [['/token', '/token']], bad: [] },
  AWS_REGION: { good: [['eu-central-1', 'eu-central-1']], bad: [] },
  AWS_SECRET_STAGE: { good: [['AWSPENDING', 'AWSPENDING']], bad: [] },
  UPSTREAMS: {
    good: [
      [
        'a=https://relay.example.org,b=http://127.0.0.1:9/openai/',
        [
          { name: 'a', origin: 'https://relay.example.org', basePath: '/v1' },
          { name: 'b', origin: 'http://127.0.0.1:9', basePath: '/openai' },
        ],
      ],
    ],
    bad: ['https://relay.example.org', 'a=ftp://x', 'a=https://u:p@x', 'a=https://x,a=https://y'],
  },
  KEY_RATE: {
    good: [
      ['5/s', { count: 5, periodMs: 1000, burst: 0 }],
      ['off', 'off'],
    ],
    bad: ['5', '0/s', '5/w'],
  },
  FALLBACK_MODELS: {
    good: [
      [
        'a>b>c',
        new Map([
          ['a', 'b'],
          ['b', 'c'],
        ]),
      ],
    ],
    bad: ['a', 'a>b,a>c', 'a>b>a'],
  },
  RETRY_AMBIGUOUS: { good: onOff, bad: ['yes', '1'] },
  PROBE_INTERVAL: {
    good: [
      ['30s', 30_000],
      ['off', undefined],
    ],
    bad: ['30', 'often'],
  },
  SITE_NAME: { good: [['银镜', '银镜']], bad: ['x'.repeat(41)] },
  COPY_LABEL: { good: onOff, bad: ['yes', 'true'] },
  SITE_URL: {
    good: [['https://chat.example.org/', 'https://chat.example.org']],
    bad: ['chat.example.org', 'javascript:alert(1)', 'https://a@b.example'],
  },
  OPERATOR_CONTACT: { good: [['help@example.org', 'help@example.org']], bad: ['ab', 'x'.repeat(201)] },
  DATA_DIR: { good: [['./elsewhere', './elsewhere']], bad: [] },
  DATABASE_URL: {
    good: [
      ['postgres://u:p@db:5432/tain', 'postgres://u:p@db:5432/tain'],
      ['postgresql://db/tain', 'postgresql://db/tain'],
    ],
    bad: ['mysql://u:hunter2@db/tain', 'db:5432', 'postgres//db'],
  },
  AUTH_SECRET: { good: [['s'.repeat(32), 's'.repeat(32)]], bad: ['s'.repeat(31), `${'s'.repeat(32)} s`] },
  GATEWAY_TOKENS: {
    good: [
      ['t'.repeat(20), ['t'.repeat(20)]],
      [` ${'t'.repeat(20)} , ${'u'.repeat(20)},`, ['t'.repeat(20), 'u'.repeat(20)]],
    ],
    bad: ['short', `${'t'.repeat(20)},short`, 'two words make no token, do they'],
  },
  GATEWAY_URL: {
    good: [['https://gateway.example.org', 'https://gateway.example.org/v1']],
    bad: ['gateway.example.org', 'https://gateway.example.org/v1?x'],
  },
  ADDRESS_RATE: {
    good: [
      ['3/s', { count: 3, periodMs: 1000, burst: 0 }],
      ['off', 'off'],
    ],
    bad: ['60', '60/x', '-1/s'],
  },
  ADDRESS_BURST: {
    good: [
      ['0', 0],
      ['off', 'off'],
    ],
    bad: ['-1', '10001', 'none'],
  },
  CALLER_RATE: { good: [['600/m', { count: 600, periodMs: 60_000, burst: 0 }]], bad: ['600'] },
  CALLER_BURST: { good: [['5', 5]], bad: ['x'] },
  CALLER_STREAMS: {
    good: [
      ['5', 5],
      ['off', 'off'],
    ],
    bad: ['0', 'x'],
  },
  REDIS_URL: {
    good: [
      ['redis://u:p@h:6379/0', 'redis://u:p@h:6379/0'],
      ['off', undefined],
    ],
    bad: ['http://h', 'h:6379'],
  },
  INSTANCES: { good: [['3', 3]], bad: ['0', 'x'] },
  TRUSTED_PROXIES: {
    good: [
      ['10.0.0.0/8', [{ family: 4, value: 0x0a00_0000n, prefixBits: 8 }]],
      ['all', ['all']],
      ['off', []],
    ],
    bad: ['10.0.0.1/8', 'proxy', '10.0.0.0/33'],
  },
  CLIENT_IP_HEADER: {
    good: [
      ['X-Real-IP', 'x-real-ip'],
      ['off', undefined],
    ],
    bad: ['Forwarded', 'a b'],
  },
  ALLOW_NETWORKS: { good: [['off', []]], bad: ['x'] },
  DENY_NETWORKS: { good: [['off', []]], bad: ['x'] },
  DENY_USER_AGENTS: {
    good: [
      ['BadBot, other', ['badbot', 'other']],
      ['off', []],
    ],
    bad: ['ab'],
  },
  DENY_PATHS: {
    good: [
      ['/v1/Files, /v1/fine_tuning/jobs/', [['files'], ['fine_tuning', 'jobs']]],
      ['off', []],
    ],
    bad: ['files', '/v1', '/v2/files', '/v1/a/../b'],
  },
  MAX_BODY_BYTES: {
    good: [
      ['512MB', 536_870_912],
      ['100 kb', 102_400],
      ['10000', 10_000],
      ['off', undefined],
    ],
    bad: ['0', '-1', '5 TB', 'x'],
  },
  BYOK: { good: onOff, bad: ['true'] },
  RELAY_SECRET: { good: [['r'.repeat(20), 'r'.repeat(20)]], bad: ['r'.repeat(19)] },
  OPERATOR_TOKEN: { good: [['o'.repeat(32), 'o'.repeat(32)]], bad: ['o'.repeat(31)] },
  PORT: {
    good: [
      ['0', 0],
      ['8080', 8080],
      ['65535', 65_535],
    ],
    bad: ['65536', '-1', '80a', '3e3', '0x50', '3000.5'],
  },
  HOST: { good: [['0.0.0.0', '0.0.0.0']], bad: [] },
  REDIS_TIMEOUT: {
    good: [
      ['100ms', 100],
      ['2s', 2000],
    ],
    bad: ['100', 'soon', '-1s'],
  },
  REDIS_REST_URL: {
    good: [['https://example.upstash.io', 'https://example.upstash.io']],
    bad: ['redis://host', 'https://user:secret@example.upstash.io'],
  },
  REDIS_REST_TOKEN: { good: [['a-token-of-redis', 'a-token-of-redis']], bad: ['short', 'with a space'] },
  ASSET_PREFIX: {
    good: [
      ['https://cdn.example.org/', 'https://cdn.example.org'],
      ['https://cdn.example.org/tain', 'https://cdn.example.org/tain'],
    ],
    bad: ['cdn.example.org', '/assets', 'https://cdn.example.org/?v=1'],
  },
  DRAIN_TIMEOUT: { good: [['5s', 5000]], bad: ['5', 'soon'] },
  LOG_LEVEL: { good: [['error', 'error']], bad: ['debug', 'INFO'] },
  TAIN_DEMO_URL: { good: [['http://127.0.0.1:9', 'http://127.0.0.1:9/v1']], bad: ['127.0.0.1:9'] },
  VERCEL_URL: { good: [['x.vercel.app', 'x.vercel.app']], bad: [] },
}

const valuesOf = (key: 'good' | 'bad') =>
  names.flatMap((name) =>
    cases[name][key].map((item) => ({
      name,
      raw: typeof item === 'string' ? item : item[0],
      value: item[1] as unknown,
    })),
  )

/** The error of one setting alone, or undefined when its value is fine. */
function refusal(name: SettingName, raw: string): ConfigError | undefined {
  try {
    parseConfig({ [name]: raw })
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

describe('settings', () => {
  test.each(valuesOf('good'))('$name takes $raw', ({ name, raw, value }) => {
    expect(parseConfig({ ...companions[name], [name]: raw })[name]).toEqual(value)
  })

  test.each(valuesOf('bad'))('$name refuses $raw', ({ name, raw }) => {
    const error = refusal(name, raw)
    expect(error?.setting).toBe(name)
    expect(error?.message).toMatch(new RegExp(`^${name} must (?:be|have|name) [^\\n]+\\.$`))
  })

  test.each(names)('%s counts as unset when it is empty or blank', (name) => {
    for (const raw of ['', ' ', '\t\n']) expect(parseConfig({ [name]: raw })[name]).toEqual(defaults[name])
  })

  test('garbage is refused with a ConfigError or taken, never anything else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ unit: 'binary' }), (name, raw) => {
        refusal(name, raw)
      }),
      { numRuns: 2000 },
    )
  })

  test('the value of a secret is never in the message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...secretNames),
        fc.string({ unit: 'grapheme', minLength: 8, maxLength: 60 }),
        (name, raw) => {
          expect(refusal(name, `${raw} ${raw}`)?.message ?? '').not.toContain(raw)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('an example of a secret that may be copied as it stands would be no secret', () => {
    for (const name of ['OPENAI_API_KEY', 'OPENAI_API_KEYS', 'AUTH_SECRET', 'GATEWAY_TOKENS'] as const) {
      const { example }: { example?: string } = settings[name].meta
      if (example) expect(refusal(name, example), name).toBeDefined()
    }
  })
})

describe('what the settings mean together', () => {
  const key = 'sk-0123456789'
  const relay = 'https://relay.example.org'

  test.each([
    [{}, { kind: 'demo' }, 'responses'],
    [{ TAIN_DEMO_URL: 'http://127.0.0.1:9' }, { kind: 'demo', url: 'http://127.0.0.1:9/v1' }, 'responses'],
    [{ OPENAI_API_KEY: key }, { kind: 'openai', url: 'https://api.openai.com/v1', key }, 'responses'],
    [{ OPENAI_API_KEY: key, OPENAI_API: 'chat' }, { kind: 'openai' }, 'chat'],
    [{ OPENAI_BASE_URL: relay }, { kind: 'compatible', url: `${relay}/v1`, key: undefined }, 'chat'],
    [{ OPENAI_BASE_URL: relay, OPENAI_API_KEY: key }, { kind: 'compatible', key }, 'chat'],
    [{ OPENAI_BASE_URL: relay, OPENAI_API: 'responses' }, { kind: 'compatible' }, 'responses'],
    [{ OPENAI_API_KEYS: `a:${key}` }, { kind: 'openai', url: 'https://api.openai.com/v1', key }, 'responses'],
    [{ UPSTREAMS: `a=${relay}` }, { kind: 'compatible', url: `${relay}/v1`, key: undefined }, 'chat'],
    [
      { UPSTREAMS: `a=${relay},b=https://api.openai.com`, OPENAI_API_KEY: key },
      { kind: 'openai', key },
      'responses',
    ],
    [{ RELAY_SECRET: 'r'.repeat(20) }, { kind: 'openai', key: undefined }, 'responses'],
    [{ BYOK: 'on' }, { kind: 'openai', key: undefined }, 'responses'],
  ])('%o', (env, upstream, api) => {
    const config = parseConfig(env)
    expect(upstreamOf(config)).toMatchObject(upstream)
    expect(chatApiOf(config)).toBe(api)
  })

  test.each([
    [{}, 'http://127.0.0.1:3000/v1'],
    [{ HOST: '0.0.0.0', PORT: '80' }, 'http://127.0.0.1:80/v1'],
    [{ HOST: '10.0.0.5', PORT: '80' }, 'http://10.0.0.5:80/v1'],
    [{ HOST: 'fd00::5', PORT: '80' }, 'http://[fd00::5]:80/v1'],
    [{ VERCEL_URL: 'x.vercel.app' }, 'https://x.vercel.app/v1'],
    [{ SITE_URL: 'https://chat.example.org', VERCEL_URL: 'x.vercel.app' }, 'https://chat.example.org/v1'],
    [{ GATEWAY_URL: relay, VERCEL_URL: 'x.vercel.app' }, `${relay}/v1`],
  ])('the gateway of %o is at %s', (env, url) => {
    expect(gatewayUrlOf(parseConfig(env))).toBe(url)
  })
})

describe('keys', () => {
  const [one, two] = ['sk-aaaaaaaaaaaaaaaaaaaaaaaa', 'sk-bbbbbbbbbbbbbbbbbbbbbbbb']

  test('of both settings are used, each once', () => {
    const config = parseConfig({ OPENAI_API_KEY: one, OPENAI_API_KEYS: `a:${two},a:${one}` })
    expect(keysOf(config).map(({ account, secret }) => [account, secret])).toEqual([
      ['a', two],
      ['a', one],
    ])
    expect(keysOf(parseConfig({ OPENAI_API_KEY: one, OPENAI_API_KEYS: `a:${two}` }))).toHaveLength(2)
  })

  test('are throttled when there is a list of them, and one alone only on request', () => {
    expect(keyRateOf(parseConfig({ OPENAI_API_KEY: one }))).toBe('off')
    expect(keyRateOf(parseConfig({ OPENAI_API_KEYS: one }))).toEqual({ count: 3, periodMs: 1000, burst: 2 })
    expect(keyRateOf(parseConfig({ OPENAI_API_KEY: one, KEY_RATE: '500/m' }))).toEqual({
      count: 500,
      periodMs: 60_000,
      burst: 8,
    })
    expect(keyRateOf(parseConfig({ OPENAI_API_KEYS: one, KEY_RATE: 'off' }))).toBe('off')
  })
})

describe('the generated documents', () => {
  test('say what the settings say', async () => {
    expect(await staleFiles()).toEqual([])
  })

  test('name every setting of the operator, and no internal one', () => {
    for (const text of Object.values(generatedFiles).map((render) => render())) {
      for (const name of names) {
        expect(new RegExp(`\\b${name}\\b`).test(text), name).toBe(!('internal' in settings[name].meta))
      }
    }
  })

  test('the example file sets nothing', () => {
    expect(
      renderEnvExample()
        .split('\n')
        .filter((line) => line && !line.startsWith('#')),
    ).toEqual([])
  })
})
