import { readCsrfToken } from '#lib/accounts/providers/provider-sign-in.ts'
import { answer } from '#lib/site-api.ts'

/** The token with which signing in at a provider begins. */
export function GET(): Promise<Response> {
  return answer(readCsrfToken)
}
