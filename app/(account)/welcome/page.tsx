import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { hasOwner, isClosedToOthers } from '#lib/accounts/owner.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ welcome }) => welcome.title)

export default async function WelcomePage() {
  const { welcome, signIn, fields, errors, passwordHint } = await requestTexts()
  if (await hasOwner(await getDatabase())) {
    return (
      <AccountPage title={welcome.taken}>
        <p>{welcome.takenText}</p>
        <p className="mt-5">
          <a className="button button-primary" href="/sign-in">
            {signIn.title}
          </a>
        </p>
      </AccountPage>
    )
  }
  return (
    <AccountPage title={welcome.title}>
      <p>{isClosedToOthers(getConfig()) ? welcome.textClosed : welcome.text}</p>
      <AccountPanel>
        <AccountForm
          endpoint="/api/account/claim"
          fields={[
            { name: 'code', label: fields.code, fromFragment: true },
            { name: 'name', label: fields.name, autoComplete: 'name' },
            { name: 'email', label: fields.email, type: 'email', autoComplete: 'username' },
            {
              name: 'password',
              label: fields.password,
              type: 'password',
              autoComplete: 'new-password',
              hint: passwordHint,
            },
          ]}
          submit={welcome.submit}
          errors={errors}
          next="/"
        />
      </AccountPanel>
    </AccountPage>
  )
}
