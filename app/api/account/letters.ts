import { after } from 'next/server'
import { type Letter, mailConfirmLink } from '#lib/accounts/mail/mailed-links.ts'
import { hasMail } from '#lib/accounts/mail/send-mail.ts'
import { getConfig } from '#lib/config.ts'
import type { Database } from '#lib/db/schema.ts'
import { fill } from '#lib/i18n/fill.ts'
import { mailTexts } from '#lib/i18n/rooms/mail.ts'
import { requestLocale } from '../../request-locale.ts'

/** A letter in the language of the request, with its link still open. */
export async function letterOf(kind: 'resetLetter' | 'confirmLetter'): Promise<Letter> {
  const { subject, text } = mailTexts[await requestLocale()][kind]
  const site = getConfig().SITE_NAME
  return { subject: fill(subject, { site }), text: fill(text, { site }) }
}

/** Asks the new account's address for a confirmation, behind the answer. Nothing where no e-mail is sent. */
export async function askToConfirm(db: Database, accountId: string): Promise<void> {
  if (!hasMail()) return
  const letter = await letterOf('confirmLetter')
  after(() => mailConfirmLink(db, accountId, letter))
}
