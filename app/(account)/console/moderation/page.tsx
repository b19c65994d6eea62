import { AccountPanel } from '#components/account/account-panel.tsx'
import { ModerationLog, nameOnLog } from '#components/account/moderation.tsx'
import { findAccount } from '#lib/accounts/accounts.ts'
import { getConfig } from '#lib/config.ts'
import { DAY_MS } from '#lib/day.ts'
import { getDatabase } from '#lib/db/database.ts'
import { fill } from '#lib/i18n/fill.ts'
import { moderationTexts } from '#lib/i18n/rooms/moderation.ts'
import { countModeration, listModeration, moderationQuery } from '#lib/legal/moderation-log.ts'
import { requestLocale } from '../../../request-locale.ts'
import { ConsolePage, consoleMetadata, noConsole, operatorSession } from '../console-page.tsx'

const COUNTED_DAYS = 30

export const generateMetadata = () => consoleMetadata('moderation')

export default async function ModerationPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  if (!(await operatorSession())) return noConsole()
  const query = moderationQuery.parse(await searchParams)
  const db = await getDatabase()
  const [page, counts, locale] = await Promise.all([
    listModeration(db, query),
    countModeration(db, Date.now() - COUNTED_DAYS * DAY_MS),
    requestLocale(),
  ])
  const words = moderationTexts[locale]
  const number = new Intl.NumberFormat(locale)
  return (
    <ConsolePage name="moderation">
      <AccountPanel>
        {getConfig().MODERATION === 'off' && <p>{words.off}</p>}
        <p>
          {fill(words.counts, {
            days: number.format(COUNTED_DAYS),
            refused: number.format(counts.refused),
            passed: number.format(counts.passed),
            people: number.format(counts.people),
          })}
        </p>
        {query.owner !== undefined && (
          <p>
            {fill(words.ofOne, {
              name: nameOnLog(
                { id: query.owner, name: (await findAccount(db, query.owner))?.name ?? '' },
                locale,
              ),
            })}{' '}
            <a className="quiet-link" href="/console/moderation">
              {words.everybody}
            </a>
          </p>
        )}
        <ModerationLog
          page={page}
          locale={locale}
          ownerId={query.owner}
          isFirst={query.before === undefined}
        />
      </AccountPanel>
    </ConsolePage>
  )
}
