import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { mayBeGuest } from '#lib/accounts/guests.ts'
import { nextPath } from '#lib/accounts/next-path.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ signIn }) => signIn.title)

export default async function SignInPage(props: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { signIn, fields, errors } = await requestTexts()
  const next = nextPath((await props.searchParams).next)
  return (
    <AccountPage title={signIn.title}>
      <AccountPanel>
        <AccountForm
          endpoint="/api/account/sign-in"
          fields={[
            { name: 'email', label: fields.email, type: 'email', autoComplete: 'username' },
            { name: 'password', label: fields.password, type: 'password', autoComplete: 'current-password' },
          ]}
          submit={signIn.submit}
          errors={errors}
          next={next}
        />
        <p className="account-links">
          <a className="quiet-link" href="/forgot">
            {signIn.forgot}
          </a>
          <a className="quiet-link" href="/sign-up">
            {signIn.none} {signIn.signUp}
          </a>
        </p>
      </AccountPanel>
      <AccountPanel title={signIn.withCode}>
        <AccountForm
          endpoint="/api/account/access-code"
          fields={[{ name: 'code', label: fields.accessCode }]}
          submit={signIn.enter}
          errors={errors}
          next={next}
        />
      </AccountPanel>
      {(await mayBeGuest()) && (
        <p>
          {signIn.kept}{' '}
          <a className="quiet-link underline" href="/">
            {signIn.guest}
          </a>
        </p>
      )}
    </AccountPage>
  )
}
