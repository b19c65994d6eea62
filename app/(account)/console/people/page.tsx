import { AccountPanel } from '#components/account/account-panel.tsx'
import { PeopleList } from '#components/account/people.tsx'
import { AccessCodes, Invite } from '#components/account/ways-in.tsx'
import { listAccessCodes } from '#lib/accounts/codes.ts'
import { listPeople } from '#lib/accounts/list-people.ts'
import { peopleQuery } from '#lib/accounts/people-contract.ts'
import { getDatabase } from '#lib/db/database.ts'
import { requestLocale } from '../../../request-locale.ts'
import { requestTexts } from '../../account-texts.ts'
import { ConsolePage, consoleMetadata, noConsole, operatorSession } from '../console-page.tsx'

export const generateMetadata = () => consoleMetadata('people')

export default async function PeoplePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const session = await operatorSession()
  if (!session) return noConsole()
  const query = peopleQuery.parse(await searchParams)
  const db = await getDatabase()
  const [page, codes, texts, locale] = await Promise.all([
    listPeople(db, query),
    listAccessCodes(db),
    requestTexts(),
    requestLocale(),
  ])
  return (
    <ConsolePage name="people">
      <AccountPanel>
        <PeopleList page={page} query={query} myRole={session.role} texts={texts} locale={locale} />
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
