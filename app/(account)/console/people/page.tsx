import { notFound } from 'next/navigation'
import { AccountPanel } from '#components/account/account-panel.tsx'
import { AccessCodes, Invite, PeopleList } from '#components/account/people.tsx'
import { listAccounts } from '#lib/accounts/accounts.ts'
import { listAccessCodes } from '#lib/accounts/codes.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'
import { ConsolePage, consoleMetadata, operatorSession } from '../console-page.tsx'

export const generateMetadata = () => consoleMetadata('people')

export default async function PeoplePage() {
  const session = await operatorSession()
  const db = await getDatabase()
  const [people, codes, texts, locale] = await Promise.all([
    listAccounts(db),
    listAccessCodes(db),
    requestTexts(),
    requestLocale(),
  ])
  const mine = people.find(({ id }) => id === session.userId)
  if (!mine) notFound()
  return (
    <ConsolePage name="people">
      <AccountPanel>
        <PeopleList people={people} mine={mine} texts={texts} />
      </AccountPanel>
      <AccountPanel title={texts.people.invite}>
        <p>{texts.people.inviteText}</p>
        <Invite texts={texts} />
      </AccountPanel>
      <AccountPanel title={texts.people.codes}>
        <p>{texts.people.codesText}</p>
        <AccessCodes codes={codes} texts={texts} locale={locale} />
      </AccountPanel>
    </ConsolePage>
  )
}
