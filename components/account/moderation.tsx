import { fill } from '#lib/i18n/fill.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { moderationTexts } from '#lib/i18n/rooms/moderation.ts'
import type { ModerationNote, ModerationPage } from '#lib/legal/moderation-contract.ts'
import './moderation.css'

const PATH = '/console/moderation'

/** What somebody is called on this page: guests have no name, and are told apart by the beginning of their id. */
export const nameOnLog = ({ id, name }: ModerationNote['owner'], locale: Locale): string =>
  name || fill(moderationTexts[locale].guest, { id: id.slice(0, 8) })

interface Props {
  page: ModerationPage
  locale: Locale
  /** Whose alone is shown. */
  ownerId: string | undefined
  isFirst: boolean
}

/** A page of what moderation noted, with the ways to the others. */
export function ModerationLog({ page: { notes, older }, locale, ownerId, isFirst }: Props) {
  const words = moderationTexts[locale]
  const pathOf = (before?: string) => {
    const query = new URLSearchParams({ ...(ownerId && { owner: ownerId }), ...(before && { before }) })
    return query.size > 0 ? `${PATH}?${query}` : PATH
  }
  return (
    <>
      {notes.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <ul className="moderation">
          {notes.map((note) => (
            <Note key={note.id} note={note} locale={locale} isLinked={ownerId === undefined} />
          ))}
        </ul>
      )}
      {(older !== null || !isFirst) && (
        <nav className="moderation-pages" aria-label={words.title}>
          <span>
            {!isFirst && (
              <a className="button" href={pathOf()}>
                {words.newest}
              </a>
            )}
          </span>
          {older !== null && (
            <a className="button" rel="next" href={pathOf(older)}>
              {words.older}
            </a>
          )}
        </nav>
      )}
    </>
  )
}

function Note({ note, locale, isLinked }: { note: ModerationNote; locale: Locale; isLinked: boolean }) {
  const words = moderationTexts[locale]
  // The server's time zone would be no one's.
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  const list = new Intl.ListFormat(locale, { style: 'narrow', type: 'conjunction' })
  const name = nameOnLog(note.owner, locale)
  const categories = note.categories.map((category) => words.categories[category] ?? category)
  return (
    <li>
      <p className="moderation-why" data-action={note.action}>
        <strong>{words[note.action]}</strong>
        {categories.length > 0 && ` · ${list.format(categories)}`}
      </p>
      <p className="moderation-facts">
        {isLinked ? (
          <a href={`${PATH}?owner=${note.owner.id}`} title={fill(words.only, { name })}>
            {name}
          </a>
        ) : (
          name
        )}
        {' · '}
        {fill(words.by[note.by], { model: note.model ?? words.aModel })}
      </p>
      <time className="moderation-when" dateTime={new Date(note.createdAt).toISOString()}>
        {time.format(note.createdAt)} UTC
      </time>
    </li>
  )
}
