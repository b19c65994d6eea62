import type { Metadata } from 'next'
import { type AccountTexts, accountTexts } from '#lib/i18n/rooms/account.ts'
import { requestLocale } from '../request-locale.ts'

/** The texts of the account pages in the language of the request. */
export const requestTexts = async (): Promise<AccountTexts> => accountTexts[await requestLocale()]

/** The title of a page, and nothing about its address to other sites: links here may carry codes. */
export async function accountMetadata(title: (texts: AccountTexts) => string): Promise<Metadata> {
  return { title: title(await requestTexts()), robots: { index: false } }
}
