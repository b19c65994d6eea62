'use client'

import type { Share } from '#lib/chat/sharing/share-contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import { shareDialogTexts } from '#lib/i18n/rooms/sharing.ts'
import { useReading } from '../chat-context.ts'
import { CopyButton } from '../copying/copy-button.tsx'

/** The address to give away. */
export const linkOf = ({ id }: Share) => `${window.location.origin}/share/${id}`

/** Shares, each with its link and the way to withdraw it. */
export function ShareList(props: { shares: readonly Share[]; onRevoke: (share: Share) => Promise<void> }) {
  return (
    <ul className="share-list">
      {props.shares.map((share) => (
        <ShareRow key={share.id} share={share} onRevoke={() => void props.onRevoke(share)} />
      ))}
    </ul>
  )
}

function ShareRow({ share, onRevoke }: { share: Share; onRevoke: () => void }) {
  const { locale } = useReading()
  const words = shareDialogTexts[locale]
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const date = dates.format(share.createdAt)
  const end = share.expiresAt === null ? null : dates.format(share.expiresAt)
  return (
    <li>
      <a
        href={`/share/${share.id}`}
        target="_blank"
        rel="noopener"
        aria-label={fill(words.open, { title: share.title })}
      >
        <span className="block truncate">{share.title}</span>
        <span className="share-dates">
          {end === null ? fill(words.since, { date }) : fill(words.until, { date, end })}
        </span>
      </a>
      <CopyButton label={words.copy} doneLabel={words.copied} content={() => ({ text: linkOf(share) })} />
      <button
        type="button"
        className="button"
        aria-label={fill(words.revokeNamed, { title: share.title, date })}
        onClick={onRevoke}
      >
        {words.revoke}
      </button>
    </li>
  )
}
