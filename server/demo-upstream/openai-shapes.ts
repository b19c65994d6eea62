import { randomBytes } from 'node:crypto'

/** The parts of OpenAI's API that every endpoint shares: ids, headers, errors. */

export const newId = (prefix: string): string => `${prefix}${randomBytes(16).toString('hex')}`

export const unixNow = (): number => Math.floor(Date.now() / 1000)

/** The headers that OpenAI puts on every answer. */
export function standardHeaders(processingMs = 1): Array<[string, string]> {
  return [
    ['openai-organization', 'tain-demo'],
    ['openai-processing-ms', String(processingMs)],
    ['openai-version', '2020-10-01'],
    ['x-request-id', newId('req_')],
    ['x-ratelimit-limit-requests', '10000'],
    ['x-ratelimit-limit-tokens', '2000000'],
    ['x-ratelimit-remaining-requests', '9999'],
    ['x-ratelimit-remaining-tokens', '1999000'],
    ['x-ratelimit-reset-requests', '6ms'],
    ['x-ratelimit-reset-tokens', '30ms'],
  ]
}

export interface OpenAIError {
  message: string
  type: string
  param?: string | null
  code?: string | null
}

/** The body of an error: all four keys are always there. */
export const errorBody = ({ message, type, param = null, code = null }: OpenAIError): string =>
  JSON.stringify({ error: { message, type, param, code } }, null, 2)

/** A request that is not served; a value, to be sent by whoever holds the reply. */
export interface Refusal {
  status: number
  error: OpenAIError
  headers?: Array<[string, string]>
}

export const isRefusal = (value: object): value is Refusal => 'status' in value && 'error' in value

export function refuse(
  status: number,
  message: string,
  param: string | null = null,
  code: string | null = null,
): Refusal {
  return { status, error: { message, type: 'invalid_request_error', param, code } }
}

export const missingParameter = (name: string): Refusal =>
  refuse(400, `Missing required parameter: '${name}'.`, name, 'missing_required_parameter')

export const invalidType = (name: string, expected: string): Refusal =>
  refuse(400, `Invalid type for '${name}': expected ${expected}.`, name, 'invalid_type')

export const modelNotFound = (model: string): Refusal =>
  refuse(
    404,
    `The model \`${model}\` does not exist or you do not have access to it.`,
    null,
    'model_not_found',
  )

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON body, or the 400 that a malformed one gets. */
export function parseJsonObject(body: Buffer): JsonObject | Refusal {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (isObject(value)) return value
  } catch {
    // Answered below, like a body that is JSON but no object.
  }
  return refuse(400, 'We could not parse the JSON body of your request: it must be a JSON object.')
}
