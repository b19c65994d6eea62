import type { SessionView } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { ActionButton } from './actions.tsx'

/** Where somebody is signed in; each can be ended, this one too. */
export function SessionList(props: { sessions: SessionView[]; texts: AccountTexts; locale: string }) {
  const { account, errors } = props.texts
  const time = new Intl.DateTimeFormat(props.locale, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <>
      <ul className="account-rows">
        {props.sessions.map(({ id, agent, seenAt, isThis }) => (
          <li key={id}>
            <span className="account-who">
              {agent || account.unknownAgent}
              <small>{isThis ? account.thisOne : fill(account.seen, { time: time.format(seenAt) })}</small>
            </span>
            {!isThis && (
              <ActionButton method="DELETE" endpoint="/api/account/sessions" body={{ id }} errors={errors}>
                {account.end}
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
      <div className="account-ends">
        <ActionButton endpoint="/api/account/sign-out" errors={errors} next="/sign-in">
          {account.signOut}
        </ActionButton>
        {props.sessions.length > 1 && (
          <ActionButton method="DELETE" endpoint="/api/account/sessions" errors={errors}>
            {account.endOthers}
          </ActionButton>
        )}
      </div>
    </>
  )
}
