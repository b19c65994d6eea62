'use client'

import { amountInWords, shareLeft, useLocalTime } from '#components/quotas/standing-words.ts'
import type { QuotaStanding } from '#lib/accounts/quotas/quota.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { standingTexts } from '#lib/i18n/rooms/standing.ts'
import { quotaInWords } from './quota-words.ts'
import './standing.css'

/** All limits of whoever looks: what is left of each, and when it is all there again. */
export function StandingList({ standing, locale }: { standing: QuotaStanding | null; locale: Locale }) {
  const words = standingTexts[locale]
  if (!standing) return <p>{words.none}</p>
  const { counted, streams, models, uploadBytes, credit, passes } = standing
  const megabytes = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const others = [
    { limit: 'streams', value: streams?.toLocaleString(locale) },
    {
      limit: 'uploadBytes',
      value: uploadBytes === undefined ? undefined : `${megabytes.format(uploadBytes / 1_000_000)} MB`,
    },
    { limit: 'models', value: models && (models.join(locale === 'zh-CN' ? '、' : ', ') || words.noModels) },
  ] as const
  return (
    <>
      <p>{words.intro}</p>
      <dl className="standing">
        {counted.map((one) => (
          <Counted key={one.limit} {...one} locale={locale} />
        ))}
        {others.map(
          ({ limit, value }) =>
            value !== undefined && (
              <div key={limit}>
                <dt>{words.limits[limit]}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        <Credit credit={credit} locale={locale} />
        {passes.map((pass) => (
          <Pass key={`${pass.endsAt} ${JSON.stringify(pass.quota)}`} pass={pass} locale={locale} />
        ))}
      </dl>
    </>
  )
}

function Credit({ credit: { tokens, cost }, locale }: Pick<QuotaStanding, 'credit'> & { locale: Locale }) {
  const words = standingTexts[locale]
  if (tokens <= 0 && cost <= 0) return null
  const amounts = [
    tokens > 0 && fill(words.tokens, { amount: tokens.toLocaleString(locale) }),
    cost > 0 && amountInWords('costPerMonth', cost, locale),
  ]
  return (
    <div>
      <dt>{words.credit}</dt>
      <dd>
        {amounts.filter(Boolean).join(' · ')}
        <small>{words.creditHint}</small>
      </dd>
    </div>
  )
}

function Pass({ pass, locale }: { pass: QuotaStanding['passes'][number]; locale: Locale }) {
  const time = useLocalTime(pass.endsAt, locale)
  return (
    <div>
      <dt>{fill(standingTexts[locale].raised, { time })}</dt>
      <dd>{quotaInWords(pass.quota, '', locale)}</dd>
    </div>
  )
}

function Counted({ locale, ...one }: QuotaStanding['counted'][number] & { locale: Locale }) {
  const words = standingTexts[locale]
  const { limit, most, used, resetsAt } = one
  const time = useLocalTime(resetsAt, locale)
  const share = shareLeft(one)
  return (
    <div>
      <dt>{words.limits[limit]}</dt>
      <dd>
        {fill(words.left, {
          left: amountInWords(limit, most - used, locale),
          most: amountInWords(limit, most, locale),
        })}
        <span className="standing-bar" data-little={share < 0.1 || undefined} aria-hidden>
          <span style={{ inlineSize: `${share * 100}%` }} />
        </span>
        <small>{fill(words.resets, { time })}</small>
      </dd>
    </div>
  )
}
