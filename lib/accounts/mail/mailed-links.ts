import { getConfig } from '../../config.ts'
import type { Database } from '../../db/schema.ts'
import { log } from '../../log.ts'
import { createOneTimeCode } from '../codes.ts'
import { isOpen } from '../open-accounts.ts'
import { sendMail } from './send-mail.ts'

/** What a letter says, in the reader's language; `{link}` stands for the link. */
export interface Letter {
  subject: string
  text: string
}

/** Letters of one kind that wait to be used; more would only fill somebody's mailbox. */
const MAX_WAITING = 3

/**
 * Sends a link with which a new password can be set, if there is an open account with this address. Never rejects and tells
 * nothing: whoever asks must not learn whether there is one.
 */
export async function mailResetLink(db: Database, email: string, letter: Letter): Promise<void> {
  await quietly(async () => {
    const account = await db.selectFrom('account').select('id').where('email', '=', email).executeTakeFirst()
    if (!account || !(await isOpen(db, account.id))) return
    await mailLink(db, { kind: 'mailed_reset', path: '/reset', accountId: account.id, email, letter })
  })
}

/** Sends a link with which an account's address is confirmed, unless it is. Never rejects. */
export async function mailConfirmLink(db: Database, accountId: string, letter: Letter): Promise<void> {
  await quietly(async () => {
    const account = await db
      .selectFrom('account')
      .select(['email', 'email_confirmed_at'])
      .where('id', '=', accountId)
      .executeTakeFirst()
    if (!account?.email || account.email_confirmed_at !== null) return
    await mailLink(db, { kind: 'confirm', path: '/confirm', accountId, email: account.email, letter })
  })
}

interface MailedLink {
  kind: 'mailed_reset' | 'confirm'
  path: string
  accountId: string
  email: string
  letter: Letter
}

async function mailLink(db: Database, { kind, path, accountId, email, letter }: MailedLink): Promise<void> {
  const { count } = await db
    .selectFrom('one_time_code')
    .select((eb) => eb.fn.countAll<number | bigint | string>().as('count'))
    .where('account_id', '=', accountId)
    .where('kind', '=', kind)
    .where('expires_at', '>', Date.now())
    .executeTakeFirstOrThrow()
  if (Number(count) >= MAX_WAITING) return
  const code = await createOneTimeCode(db, kind, accountId, accountId)
  // Behind the `#`, where no server's log sees it.
  const link = `${new URL(path, getConfig().SITE_URL)}#${code}`
  await sendMail({ to: email, subject: letter.subject, text: letter.text.replaceAll('{link}', link) })
}

const quietly = (work: () => Promise<void>): Promise<void> =>
  work().catch((error: unknown) => log('error', 'mail_failed', { error }))
