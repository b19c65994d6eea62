import type OpenAI from 'openai'
import { type KeyAdmin, KeyAdminError, type KeyAdminFailure } from './key-admin.ts'

const CALL_TIMEOUT_MS = 15_000

/** Service accounts of a project by OpenAI's administration API. The client is loaded with the first call. */
export function createOpenAIAdmin(options: {
  adminKey: string
  /** `proj_…` */
  project: string
  /** Ending in `/v1`. */
  baseUrl: string
  timeoutMs?: number
  /** Of what can be repeated: the creation of a service account is not. */
  maxRetries?: number
}): KeyAdmin {
  const { adminKey, project, baseUrl, timeoutMs = CALL_TIMEOUT_MS, maxRetries = 2 } = options
  let loaded: Promise<{ client: OpenAI; sdk: typeof OpenAI }> | undefined

  const load = async () => {
    const { default: sdk } = await import('openai')
    // All of it said here: the client would look into the environment, where the site's own settings have these names.
    const client = new sdk({
      adminAPIKey: adminKey,
      apiKey: null,
      organization: null,
      project: null,
      baseURL: baseUrl,
      timeout: timeoutMs,
      maxRetries,
      logLevel: 'off',
    })
    return { client, sdk }
  }
  const ask = async <T>(call: (accounts: ServiceAccounts) => Promise<T>): Promise<T> => {
    loaded ??= load()
    const { client, sdk } = await loaded
    try {
      return await call(client.admin.organization.projects.serviceAccounts)
    } catch (cause) {
      throw failureOf(cause, sdk)
    }
  }

  return {
    create: (name) =>
      ask(async (accounts) => {
        const { id, api_key: key } = await accounts.create(project, { name }, { maxRetries: 0 })
        if (key) return { id, secret: key.value }
        throw new KeyAdminError('unavailable', 'OpenAI made a service account without a key.')
      }),
    find: (name) =>
      ask(async (accounts) => {
        const ids: string[] = []
        for await (const account of accounts.list(project, { limit: 100 })) {
          if (account.name === name) ids.push(account.id)
        }
        return ids
      }),
    remove: (id) =>
      ask((accounts) => accounts.delete(id, { project_id: project })).then(
        () => undefined,
        (error) => {
          if (!(error instanceof KeyAdminError && error.code === 'not_found')) throw error
        },
      ),
  }
}

type ServiceAccounts = OpenAI['admin']['organization']['projects']['serviceAccounts']

/** By status and class: messages may quote what was sent. */
function failureOf(cause: unknown, sdk: typeof OpenAI): KeyAdminError {
  if (cause instanceof KeyAdminError) return cause
  if (cause instanceof sdk.APIConnectionTimeoutError) {
    return new KeyAdminError('timeout', 'OpenAI’s administration does not answer in time.')
  }
  if (cause instanceof sdk.APIConnectionError) {
    return new KeyAdminError('unreachable', 'OpenAI’s administration cannot be reached.')
  }
  const status = cause instanceof sdk.APIError ? Number(cause.status) : 0
  const code = CODES[status] ?? 'unavailable'
  return new KeyAdminError(code, `${SENTENCES[code]} (${status || 'no answer that can be read'}).`)
}

const CODES: Record<number, KeyAdminFailure> = {
  400: 'denied',
  401: 'denied',
  403: 'denied',
  404: 'not_found',
  429: 'throttled',
}

const SENTENCES: Record<KeyAdminFailure, string> = {
  denied: 'OpenAI does not let OPENAI_ADMIN_KEY do this in OPENAI_PROJECT_ID',
  not_found: 'OpenAI has no such project or service account',
  throttled: 'OpenAI’s administration is busy',
  unavailable: 'OpenAI’s administration fails',
  unreachable: 'OpenAI’s administration cannot be reached',
  timeout: 'OpenAI’s administration does not answer in time',
}
