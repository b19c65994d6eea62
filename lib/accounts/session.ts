import { headers } from 'next/headers'
import { getConfig } from '../config.ts'
import { currentVisitor } from '../current-visitor.ts'
import { getDatabase } from '../db/database.ts'
import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import { accountOfLink, findAccount } from './accounts.ts'
import type { Role } from './contract.ts'
import { isGuestAllowed, noteGuest } from './guests.ts'
import { clearClaims, readClaims, writeClaims } from './session-cookie.ts'
import { endSessions, openSession, roleOfSession } from './session-rows.ts'

/** Who is asking. `userId` owns conversations. */
export interface Session {
  userId: string
  role: Role
  /** The row of the session; guests, and those whom a proxy lets in, have none. */
  sessionId?: string
}

/** The session of the request being answered, or null. Call it in a page or handler. */
export async function getSession(): Promise<Session | null> {
  const visitor = await currentVisitor()
  if (getConfig().SIGN_IN_HEADER !== undefined && visitor.identity !== undefined) {
    return await sessionOfIdentity(visitor.identity)
  }
  const claims = await readClaims()
  if (!claims) return null
  if (claims.sid === undefined) {
    return isGuestAllowed(visitor) ? { userId: claims.sub, role: 'guest' } : null
  }
  const role = await roleOfSession(await getDatabase(), claims.sid, claims.sub)
  return role && { userId: claims.sub, role, sessionId: claims.sid }
}

async function sessionOfIdentity(identity: string): Promise<Session | null> {
  const db = await getDatabase()
  const userId = await accountOfLink(db, 'header', identity, identity)
  const account = userId && (await findAccount(db, userId))
  return account ? { userId: account.id, role: account.role } : null
}

const RANK: Record<Role, number> = { guest: 0, user: 1, admin: 2, owner: 3 }

/** The session, of at least `role`. Throws {@link SiteError}: 401 for nobody, 404 for those who may not know of it. */
export async function requireSession(role: Role = 'user'): Promise<Session> {
  const session = await getSession()
  if (!session || (session.role === 'guest' && role !== 'guest')) throw signInFirst()
  if (RANK[session.role] >= RANK[role]) return session
  throw new SiteError(404, 'not_found', 'There is nothing under this address.')
}

/** The session, or null for a visitor who has none yet and may chat as a guest. Throws {@link SiteError} 401 for others. */
export async function admitVisitor(): Promise<Session | null> {
  const session = await getSession()
  if (!session && !isGuestAllowed(await currentVisitor())) throw signInFirst()
  return session
}

const signInFirst = () => new SiteError(401, 'sign_in_required', 'Please sign in first.')

/**
 * The session of the request, or a new guest's, whose cookie is set on the response. Call it in a handler only. Throws
 * {@link SiteError}: 401 when guests are not let in, 429 when an address has become too many of them.
 */
export async function ensureSession(): Promise<Session> {
  const session = await getSession()
  if (session && session.role !== 'guest') return session
  const visitor = await currentVisitor()
  if (!isGuestAllowed(visitor)) throw signInFirst()
  const userId = session?.userId ?? crypto.randomUUID()
  await noteGuest(await getDatabase(), userId, visitor)
  if (!session) await writeClaims({ sub: userId })
  return { userId, role: 'guest' }
}

/**
 * Signs the browser of the request in, with a session and a cookie that are new; the session it had before ends. Returns the
 * guest it was before, if any, whose conversations can now move.
 */
export async function startSession(
  db: Database,
  accountId: string,
): Promise<{ guestId: string | undefined }> {
  const before = await readClaims()
  const agent = nameOfAgent((await headers()).get('user-agent') ?? '')
  await writeClaims({ sub: accountId, sid: await openSession(db, accountId, agent) })
  if (before?.sid !== undefined) await endSessions(db, before.sub, { id: before.sid })
  return { guestId: before && before.sid === undefined ? before.sub : undefined }
}

/** Signs the browser of the request out. */
export async function endSession(db: Database): Promise<void> {
  const claims = await readClaims()
  if (claims?.sid !== undefined) await endSessions(db, claims.sub, { id: claims.sid })
  await clearClaims()
}

/** The few words by which a person knows a browser again; none for one that nobody knows. */
function nameOfAgent(agent: string): string {
  const pick = (names: Record<string, RegExp>) =>
    Object.entries(names).find(([, pattern]) => pattern.test(agent))?.[0]
  const browser = pick({ Edge: /Edg\//, Firefox: /Firefox\//, Chrome: /Chrome\//, Safari: /Safari\// })
  const system = pick({
    Android: /Android/,
    iOS: /iPhone|iPad/,
    Windows: /Windows/,
    macOS: /Mac OS X/,
    Linux: /Linux/,
  })
  return [browser, system].filter(Boolean).join(' · ')
}
