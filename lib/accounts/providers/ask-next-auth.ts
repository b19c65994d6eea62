import { NextRequest } from 'next/server'
import type { Profile } from 'next-auth'
import NextAuth from 'next-auth/next'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { getConfig } from '../../config.ts'
import { log } from '../../log.ts'
import { requireSecret } from '../auth-secret.ts'

/** Of what providers answer (RFC 6749, 4.1.2.1 and 5.2), the words that may stand in a log. */
const OAUTH_ERROR =
  /^(access_denied|interaction_required|invalid_(?:client|grant|request|scope|token)|login_required|redirect_uri_mismatch|server_error|temporarily_unavailable|unauthorized_client|unsupported_(?:grant|response)_type)\b/

/** Where next-auth's own addresses are, below the public address of the site. */
export const authBase = () => new URL('/api/auth', getConfig().SITE_URL)

interface Question {
  action: 'csrf' | 'signin' | 'callback'
  definition?: OAuthConfig<Profile>
  /** Of a callback: what the provider sent along. */
  query?: URLSearchParams
  /** Of a sign-in. */
  body?: { csrfToken: string }
  /** Called when a provider vouches for somebody. Who that is here, and what follows, is the caller's to decide. */
  onProfile?: (profile: Profile) => Promise<void>
}

/**
 * Has next-auth go through a step of a sign-in at a provider: state, nonce, PKCE, the exchange of the code and the checks of
 * what comes back are its. It never makes a session, since `onProfile` answers with a place to go. Cookies are the request's.
 */
export async function askNextAuth({
  action,
  definition,
  query,
  body,
  onProfile,
}: Question): Promise<Response> {
  const base = authBase()
  // next-auth learns of its public address from nowhere else.
  process.env.NEXTAUTH_URL = base.href
  const nextauth = definition ? [action, definition.id] : [action]
  const url = new URL(`${base.pathname}/${nextauth.join('/')}?${query ?? ''}`, base)
  const request = new NextRequest(url, {
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, json: 'true', callbackUrl: base.origin }),
    }),
  })
  return await NextAuth(
    request,
    { params: Promise.resolve({ nextauth }) },
    {
      providers: definition ? [definition] : [],
      secret: requireSecret(),
      callbacks: {
        async signIn({ profile }) {
          if (profile) await onProfile?.(profile)
          return '/'
        },
      },
      logger: { error: logFailure, warn: () => undefined, debug: () => undefined },
    },
  )
}

/** Only the kind of a failure is written: its texts may quote what a provider sent. */
function logFailure(code: string, metadata: Error | { error: Error; [key: string]: unknown }): void {
  const error = metadata instanceof Error ? metadata : metadata.error
  const cause = OAUTH_ERROR.exec(error?.message ?? '')?.[1]
  log('warn', 'sign_in_failed', { code, error, ...(cause && { cause }) })
}
