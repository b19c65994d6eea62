import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { hasMail } from '#lib/accounts/mail/send-mail.ts'
import { getConfig } from '#lib/config.ts'
import { fill } from '#lib/i18n/fill.ts'
import { mailTexts } from '#lib/i18n/rooms/mail.ts'
import { requestLocale } from '../../request-locale.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ forgot }) => forgot.title)

/** Sends a link where the site sends e-mail; elsewhere it says who hands one over. */
export default async function ForgotPage() {
  const { forgot, fields, errors } = await requestTexts()
  const mailed = hasMail() ? mailTexts[await requestLocale()].forgot : undefined
  const contact = getConfig().OPERATOR_CONTACT
  return (
    <AccountPage title={forgot.title}>
      <p>{(mailed ?? forgot).text}</p>
      {contact && <p>{fill(forgot.contact, { contact })}</p>}
      {mailed && (
        <AccountPanel>
          <AccountForm
            endpoint="/api/account/forgot"
            fields={[{ name: 'email', label: fields.email, type: 'email', autoComplete: 'username' }]}
            submit={mailed.submit}
            done={mailed.sent}
            errors={errors}
          />
        </AccountPanel>
      )}
      <p className="account-links">
        <a href="/sign-in">{forgot.back}</a>
      </p>
    </AccountPage>
  )
}
