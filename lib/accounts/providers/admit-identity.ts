import type { Database } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import { insertAccount } from '../accounts.ts'
import { takeOneTimeCode } from '../codes.ts'
import type { SignInProblem } from '../contract.ts'
import { isOpen } from '../open-accounts.ts'
import type { Identity } from './identity.ts'
import { findLinkedAccount, linkIdentity } from './links.ts'

export interface AdmissionRules {
  /** Whom providers may sign in, by their verified address; empty for everybody. */
  domains: readonly string[]
  /** Whether people who are new get an account. */
  isOpenToNew: boolean
}

export type Admission = { accountId: string } | { problem: SignInProblem }

/** What forbids an identity to sign in or be linked, whoever it is. */
export function refusalOf({ email }: Identity, { domains }: AdmissionRules): SignInProblem | undefined {
  if (domains.length === 0) return undefined
  if (email === undefined) return 'email_unverified'
  return domains.includes(email.split('@')[1] ?? '') ? undefined : 'wrong_domain'
}

/**
 * Decides whose account an identity opens. It is the one it is linked to; or the one with its address, if both the provider
 * and this site have seen that the address is the person's; or a new one, where that is allowed or `invitation` is right.
 */
export async function admitIdentity(
  db: Database,
  identity: Identity,
  rules: AdmissionRules,
  invitation: string | undefined,
): Promise<Admission> {
  const refusal = refusalOf(identity, rules)
  if (refusal) return { problem: refusal }
  const linked = await findLinkedAccount(db, identity)
  if (linked !== undefined) {
    return (await isOpen(db, linked)) ? { accountId: linked } : { problem: 'account_closed' }
  }
  const same = identity.email === undefined ? undefined : await accountOfAddress(db, identity.email)
  if (same) return await adoptAddress(db, identity, same)
  try {
    return await db.transaction().execute((tx) => signUp(tx, identity, rules, invitation))
  } catch (error) {
    if (error instanceof SiteError && error.code === 'email_taken') return { problem: 'link_first' }
    // Two requests came at once, and the other one was first.
    const other = await findLinkedAccount(db, identity)
    if (other !== undefined) return { accountId: other }
    throw error
  }
}

const accountOfAddress = (db: Database, email: string) =>
  db.selectFrom('account').select(['id', 'email_confirmed_at']).where('email', '=', email).executeTakeFirst()

/** An address that nobody confirmed may have been typed in by somebody else, who waits for its owner to come. */
async function adoptAddress(
  db: Database,
  identity: Identity,
  { id, email_confirmed_at }: { id: string; email_confirmed_at: number | null },
): Promise<Admission> {
  if (email_confirmed_at === null) return { problem: 'link_first' }
  if (!(await isOpen(db, id))) return { problem: 'account_closed' }
  return (await linkIdentity(db, id, identity)) ? { accountId: id } : { problem: 'linked_elsewhere' }
}

async function signUp(
  tx: Database,
  identity: Identity,
  { isOpenToNew }: AdmissionRules,
  invitation: string | undefined,
): Promise<Admission> {
  const isInvited = invitation !== undefined && (await takeOneTimeCode(tx, 'invite', invitation)) !== null
  if (!isInvited && !isOpenToNew) return { problem: invitation === undefined ? 'not_invited' : 'wrong_code' }
  const { name, email = null } = identity
  const accountId = await insertAccount(tx, {
    role: 'user',
    name,
    email,
    email_confirmed_at: email === null ? null : Date.now(),
  })
  if (!(await linkIdentity(tx, accountId, identity))) throw new Error('somebody else was first')
  return { accountId }
}
