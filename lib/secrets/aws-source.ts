import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { z } from 'zod'
import { type KeySource, KeySourceError, keysIn, type SourceFailure } from './key-source.ts'

export interface AwsSourceOptions {
  /** Name or ARN. */
  id: string
  /** Of a secret that is JSON. */
  field?: string
  /** Staging label of the version. */
  stage: string
  /** Found by the SDK when absent. */
  region?: string
  timeoutMs?: number
}

/** Of one call with all its tries; finding credentials is part of it. */
const CALL_TIMEOUT_MS = 15_000
const DEFAULT_FIELD = 'OPENAI_API_KEYS'

/** Keys in a secret of AWS Secrets Manager. The SDK is loaded with the first call. */
export function createAwsSource(options: AwsSourceOptions): KeySource {
  const { id, stage, timeoutMs = CALL_TIMEOUT_MS } = options
  const region = options.region ?? /^arn:[^:]+:secretsmanager:([^:]+):/.exec(id)?.[1]
  let client: SecretsManagerClient | undefined

  const sdk = async () => {
    const commands = await import('@aws-sdk/client-secrets-manager')
    client ??= new commands.SecretsManagerClient({ ...(region && { region }) })
    return { ...commands, client }
  }
  const read = async (): Promise<string> => {
    const { client, GetSecretValueCommand } = await sdk()
    const command = new GetSecretValueCommand({ SecretId: id, VersionStage: stage })
    const { SecretString } = await within(timeoutMs, (abortSignal) => client.send(command, { abortSignal }))
    if (SecretString !== undefined) return SecretString
    throw new KeySourceError('malformed', 'names a secret of Secrets Manager that is not text')
  }
  const write = async (text: string): Promise<void> => {
    const { client, PutSecretValueCommand } = await sdk()
    const command = new PutSecretValueCommand({ SecretId: id, SecretString: text, VersionStages: [stage] })
    await within(timeoutMs, (abortSignal) => client.send(command, { abortSignal }))
  }

  return {
    kind: 'aws',
    load: async () => keysIn(openSecret(await read(), options.field).keys),
    async rewrite(edit) {
      const before = openSecret(await read(), options.field)
      const after = edit(before.keys)
      if (after !== before.keys) await write(before.close(after))
    },
    close: () => client?.destroy(),
  }
}

/** The keys in a secret's text, and how the text is with other keys. */
function openSecret(text: string, field: string | undefined) {
  const json = field !== undefined || text.trimStart().startsWith('{') ? parseObject(text) : undefined
  if (!json) return { keys: text, close: (keys: string) => keys }
  const name = field ?? DEFAULT_FIELD
  const keys = json[name]
  if (typeof keys !== 'string') {
    throw new KeySourceError('malformed', 'names a secret of Secrets Manager without text in that field')
  }
  return { keys, close: (keys: string) => JSON.stringify({ ...json, [name]: keys }) }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch {
    throw new KeySourceError('malformed', 'names a secret of Secrets Manager that is not a JSON object')
  }
}

/** Looking for credentials does not heed the signal, so the time-out does not rely on it. */
async function within<T>(timeoutMs: number, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs)
  const timeout = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    return await Promise.race([send(signal), timeout])
  } catch (cause) {
    throw cause instanceof KeySourceError ? cause : failureOf(cause)
  }
}

const FAILURES: Record<string, [SourceFailure, string]> = {
  ResourceNotFoundException: ['not_found', 'names a secret that Secrets Manager does not have'],
  InvalidRequestException: ['not_found', 'names a secret of Secrets Manager that is being deleted'],
  AccessDeniedException: ['denied', 'names a secret of Secrets Manager that this identity may not use'],
  DecryptionFailure: ['denied', 'names a secret of which the encryption key may not be used'],
  CredentialsProviderError: ['denied', 'needs AWS credentials, and the SDK finds none'],
  ThrottlingException: ['throttled', 'names a Secrets Manager that is busy'],
  InternalServiceError: ['unavailable', 'names a Secrets Manager that fails'],
  TimeoutError: ['timeout', 'names a Secrets Manager that does not answer in time'],
  AbortError: ['timeout', 'names a Secrets Manager that does not answer in time'],
  SyntaxError: ['malformed', 'names a server that does not answer as Secrets Manager does'],
}

const DENIED = /^(?:UnrecognizedClient|InvalidSignature|ExpiredToken|InvalidClientToken|IncompleteSignature)/

/** By the error's name: its message may quote what it was sent. */
function failureOf(cause: unknown): KeySourceError {
  const name = cause instanceof Error ? cause.name : ''
  const known = Object.hasOwn(FAILURES, name) ? FAILURES[name] : undefined
  if (known) return new KeySourceError(...known)
  if (DENIED.test(name)) return new KeySourceError('denied', `is denied by Secrets Manager (${name})`)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  if (code)
    return new KeySourceError('unreachable', `names a Secrets Manager that cannot be reached (${code})`)
  if (cause instanceof Error && /region is missing/i.test(cause.message)) {
    return new KeySourceError('denied', 'needs AWS_REGION')
  }
  return new KeySourceError('unavailable', `names a Secrets Manager that fails (${name || 'unknown'})`)
}
