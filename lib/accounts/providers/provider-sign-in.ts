import { getConfig } from '../../config.ts'
import { currentVisitor } from '../../current-visitor.ts'
import { getDatabase } from '../../db/database.ts'
import type { Database } from '../../db/schema.ts'
import { log } from '../../log.ts'
import { SiteError } from '../../site-error.ts'
import type { ProviderSignInRequest, SignInProblem } from '../contract.ts'
import { nextPath } from '../next-path.ts'
import { requireSession, type Session } from '../session.ts'
import { tryOnce } from '../tries.ts'
import { type AdmissionRules, admitIdentity, refusalOf } from './admit-identity.ts'
import { askNextAuth, authBase } from './ask-next-auth.ts'
import { type Identity, readIdentity } from './identity.ts'
import { type SignInIntent, takeIntent, writeIntent } from './intent-cookie.ts'
import { linkIdentity } from './links.ts'
import { nextAuthProvider } from './next-auth-providers.ts'

/** Signs a browser in as an account; what it wrote as a guest comes along. */
type Enter = (db: Database, accountId: string) => Promise<unknown>

/** The token with which a sign-in begins (next-auth's double-submit cookie). Throws {@link SiteError} 404 without providers. */
export async function readCsrfToken(): Promise<Response> {
  if (getConfig().SITE_URL === undefined) throw noProvider()
  return await askNextAuth({ action: 'csrf' })
}

/**
 * Begins to sign somebody in, or to link an account, at a provider. Answers with `{ url }`, where the browser goes now.
 * Throws {@link SiteError}: 404 for a provider that is not set, 401 for linking without a session, 403 for a wrong token, 502.
 */
export async function beginAtProvider(id: string, asked: ProviderSignInRequest): Promise<Response> {
  const known = nextAuthProvider(getConfig(), id)
  if (!known) throw noProvider()
  const link = asked.link ? sessionToLink(await requireSession()) : undefined
  await writeIntent({ provider: id, next: nextPath(asked.next), code: asked.code, link })
  const { definition } = known
  const answer = await askNextAuth({
    action: 'signin',
    definition,
    body: { csrfToken: asked.csrfToken },
  })
  const { url } = (await answer.clone().json()) as { url: string }
  if (url.startsWith(`${authBase()}/error`)) {
    throw new SiteError(
      502,
      'provider_unreachable',
      'The sign-in service cannot be reached. Try again later.',
    )
  }
  if (url.startsWith(`${authBase()}/`)) {
    throw new SiteError(403, 'foreign_origin', 'This request must come from the site itself.')
  }
  return answer
}

/** Those whom a proxy lets in have no session of ours, and are linked already. */
function sessionToLink({ sessionId }: Session): string {
  if (sessionId !== undefined) return sessionId
  throw new SiteError(409, 'no_session', 'A proxy signs you in here; nothing can be linked.')
}

/**
 * Ends what `beginAtProvider` began, when the browser comes back: signs in or links, or says why not. Always answers with a
 * redirect to a page of this site.
 */
export async function returnFromProvider(
  id: string,
  query: URLSearchParams,
  enter: Enter,
): Promise<Response> {
  const known = nextAuthProvider(getConfig(), id)
  if (!known) throw noProvider()
  const { provider, definition } = known
  const intent = await takeIntent(id)
  if (!intent) return redirectTo(problemPath({ next: '/' }, id, 'too_late'))
  let problem: SignInProblem | undefined = problemOf(query)
  const answer = await askNextAuth({
    action: 'callback',
    definition,
    query,
    onProfile: async (profile) => {
      problem = await follow(intent, readIdentity(provider, profile), enter)
    },
  })
  return redirectTo(problem ? problemPath(intent, id, problem) : intent.next, answer.headers.getSetCookie())
}

/** What is wrong if nobody is vouched for. */
function problemOf(query: URLSearchParams): SignInProblem {
  const told = query.get('error')
  if (told === null) return 'failed'
  return told === 'access_denied' ? 'denied' : 'provider_error'
}

async function follow(
  intent: SignInIntent,
  identity: Identity,
  enter: Enter,
): Promise<SignInProblem | undefined> {
  try {
    const db = await getDatabase()
    const { PROVIDER_EMAIL_DOMAINS: domains, PROVIDER_SIGN_UP } = getConfig()
    const rules = { domains, isOpenToNew: PROVIDER_SIGN_UP === 'open' }
    if (intent.link !== undefined) return await link(db, intent.link, identity, rules)
    return await signIn(db, intent.code, identity, rules, enter)
  } catch (error) {
    if (error instanceof SiteError && error.status === 429) return 'too_many_tries'
    log('error', 'sign_in_failed', { error })
    return 'failed'
  }
}

async function signIn(
  db: Database,
  code: string | undefined,
  identity: Identity,
  rules: AdmissionRules,
  enter: Enter,
): Promise<SignInProblem | undefined> {
  const admit = () => admitIdentity(db, identity, rules, code)
  const admission =
    code === undefined ? await admit() : await tryCode((await currentVisitor()).bucket, admit, db)
  if ('problem' in admission) return admission.problem
  await enter(db, admission.accountId)
  return undefined
}

/** A wrong invitation counts as a wrong try, as it does with a password beside it. */
async function tryCode(
  bucket: string,
  admit: () => ReturnType<typeof admitIdentity>,
  db: Database,
): ReturnType<typeof admitIdentity> {
  const isWrong = (admission: Awaited<ReturnType<typeof admit>>) =>
    'problem' in admission && admission.problem === 'wrong_code'
  const admission = await tryOnce(db, bucket, async () => {
    const found = await admit()
    return isWrong(found) ? null : found
  })
  return admission ?? { problem: 'wrong_code' }
}

/** Whoever comes back must be whoever went: in another session nothing is linked. */
async function link(
  db: Database,
  sessionId: string,
  identity: Identity,
  rules: AdmissionRules,
): Promise<SignInProblem | undefined> {
  const session = await requireSession().catch(() => undefined)
  if (session?.sessionId !== sessionId) return 'other_session'
  const refusal = refusalOf(identity, rules)
  if (refusal) return refusal
  return (await linkIdentity(db, session.userId, identity)) ? undefined : 'linked_elsewhere'
}

/** The page that says what went wrong, beside the buttons to try again. */
function problemPath(
  { link, next }: Pick<SignInIntent, 'link' | 'next'>,
  id: string,
  problem: string,
): string {
  const query = new URLSearchParams({
    problem,
    with: id,
    ...(link === undefined && next !== '/' && { next }),
  })
  return `${link === undefined ? '/sign-in' : '/account'}?${query}`
}

function redirectTo(path: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location: path, 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

const noProvider = () => new SiteError(404, 'not_found', 'There is no such sign-in service here.')
