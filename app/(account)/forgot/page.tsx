import { AccountPage } from '#components/account/account-panel.tsx'
import { getConfig } from '#lib/config.ts'
import { fill } from '#lib/i18n/fill.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ forgot }) => forgot.title)

export default async function ForgotPage() {
  const { forgot } = await requestTexts()
  const contact = getConfig().OPERATOR_CONTACT
  return (
    <AccountPage title={forgot.title}>
      <p>{forgot.text}</p>
      {contact && <p>{fill(forgot.contact, { contact })}</p>}
      <p className="account-links">
        <a className="quiet-link" href="/sign-in">
          {forgot.back}
        </a>
      </p>
    </AccountPage>
  )
}
