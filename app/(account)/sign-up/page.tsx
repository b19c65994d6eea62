import { AccountForm, type Field } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { getConfig } from '#lib/config.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ signUp }) => signUp.title)

export default async function SignUpPage() {
  const { signUp, fields, errors, passwordHint } = await requestTexts()
  const isOpen = getConfig().SIGN_UP === 'open'
  const invitation: Field = { name: 'code', label: fields.invitation, fromFragment: true }
  return (
    <AccountPage title={signUp.title}>
      {!isOpen && <p>{signUp.closed}</p>}
      <AccountPanel>
        <AccountForm
          endpoint="/api/account/sign-up"
          fields={[
            { name: 'name', label: fields.name, autoComplete: 'name' },
            { name: 'email', label: fields.email, type: 'email', autoComplete: 'username' },
            {
              name: 'password',
              label: fields.password,
              type: 'password',
              autoComplete: 'new-password',
              hint: passwordHint,
            },
            ...(isOpen ? [] : [invitation]),
          ]}
          submit={signUp.submit}
          errors={errors}
          next="/"
        />
        <p className="account-links">
          <a className="quiet-link" href="/sign-in">
            {signUp.known} {signUp.signIn}
          </a>
        </p>
      </AccountPanel>
    </AccountPage>
  )
}
