import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type AwsSourceOptions, createAwsSource } from '#lib/secrets/aws-source.ts'
import { type FakeSecretsManager, startFakeSecretsManager } from '#tests/support/fake-secrets-manager.ts'

const [one, two] = ['a:canary-key-one-0123456789', 'a:canary-key-two-0123456789']
let aws: FakeSecretsManager
beforeAll(async () => {
  aws = await startFakeSecretsManager()
  // As an operator names another endpoint, and as the default chain finds credentials.
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', aws.url)
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.credentials.secretAccessKey)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})
afterEach(() => vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.credentials.secretAccessKey))
afterAll(async () => {
  vi.unstubAllEnvs()
  await aws.close()
})

const sourceOf = (id: string, more: Partial<AwsSourceOptions> = {}) =>
  createAwsSource({ id, stage: 'AWSCURRENT', region: 'eu-central-1', ...more })

describe('reading', () => {
  it('takes text as it is, JSON by its field, and what stands there now', async () => {
    aws.put('plain', `# mine\n${one}\n`)
    aws.put('json', JSON.stringify({ OPENAI_API_KEYS: one, mine: two }))
    expect(await sourceOf('plain').load()).toBe(one)
    expect(await sourceOf('json').load()).toBe(one)
    const source = sourceOf('json', { field: 'mine' })
    expect(await source.load()).toBe(two)
    aws.put('json', JSON.stringify({ mine: one }))
    expect(await source.load()).toBe(one)
  })

  it('takes the region from an ARN, and the version by its staging label', async () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:staged-AbCdEf'
    aws.put('staged', one)
    aws.put('staged', two)
    aws.put('staged', 'a:canary-pending-0123456789', 'AWSPENDING')
    expect(await createAwsSource({ id: arn, stage: 'AWSCURRENT' }).load()).toBe(two)
    expect(await sourceOf('staged', { stage: 'AWSPREVIOUS' }).load()).toBe(one)
    expect(await sourceOf('staged', { stage: 'AWSPENDING' }).load()).toMatch(/pending/)
    await expect(sourceOf('staged', { stage: 'mine' }).load()).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each(['ThrottlingException', 'InternalServiceError'] as const)(
    'tries again after a %s',
    async (fault) => {
      aws.put('plain', one)
      aws.fail(fault)
      expect(await sourceOf('plain').load()).toBe(one)
    },
  )
})

describe('what may go wrong', () => {
  it.each([
    ['ThrottlingException', 'throttled', 3],
    ['InternalServiceError', 'unavailable', 3],
    ['AccessDeniedException', 'denied', 1],
    ['DecryptionFailure', 'denied', 1],
    ['ExpiredTokenException', 'denied', 1],
    ['half', 'unreachable', 3],
    ['garbage', 'malformed', 1],
    ['stall', 'timeout', 1],
  ] as const)('%s', async (fault, code, tries) => {
    aws.put('plain', one)
    aws.fail(fault, tries)
    const source = sourceOf('plain', { timeoutMs: fault === 'stall' ? 300 : 10_000 })
    const error = await source.load().catch((error) => error)
    expect(error).toMatchObject({ name: 'KeySourceError', code })
    expect(error.message).not.toMatch(/canary/)
    expect(await source.load()).toBe(one)
  })

  it('a clock that is wrong by a quarter of an hour is found out and allowed for', async () => {
    aws.put('plain', one)
    for (const ms of [15 * 60_000, -30 * 60_000, 15 * 60_000]) {
      aws.advance(ms)
      expect(await sourceOf('plain').load()).toBe(one)
    }
  })

  it('wrong credentials are denied', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not/the/secret/key')
    aws.put('plain', one)
    const error = await sourceOf('plain')
      .load()
      .catch((error) => error)
    expect(error).toMatchObject({ code: 'denied', message: /InvalidSignature/ })
  })

  it('a secret that is not there, or is no text of keys', async () => {
    await expect(sourceOf('none').load()).rejects.toMatchObject({ code: 'not_found' })
    aws.put('other', '{"another":"field"}')
    await expect(sourceOf('other').load()).rejects.toMatchObject({ code: 'malformed' })
    await expect(sourceOf('other', { field: 'keys' }).load()).rejects.toMatchObject({ code: 'malformed' })
    aws.put('other', '{"half')
    await expect(sourceOf('other').load()).rejects.toMatchObject({ code: 'malformed' })
  })
})

it('rewrites text and JSON, keeps other fields, and moves the label', async () => {
  aws.put('rewritten', JSON.stringify({ OPENAI_API_KEYS: one, mine: 'kept' }))
  const source = sourceOf('rewritten')
  const puts = () => aws.calls.filter((call) => call === 'PutSecretValue').length
  const before = puts()
  await source.rewrite((text) => text)
  expect(puts()).toBe(before)
  await source.rewrite((text) => `${text},${two}`)
  expect(await source.load()).toBe(`${one},${two}`)
  expect(JSON.parse(aws.get('rewritten') ?? '')).toMatchObject({ mine: 'kept' })
  expect(JSON.parse(aws.get('rewritten', 'AWSPREVIOUS') ?? '')).toMatchObject({ OPENAI_API_KEYS: one })
})
