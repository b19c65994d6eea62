import { NothingHere } from '#components/nothing-here.tsx'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { requestLocale } from '../request-locale.ts'

/** Within the layout of the account pages, which has a foot already. */
export default async function NoAccountPage() {
  return <NothingHere {...dictionaryOf(await requestLocale()).notFound} />
}
