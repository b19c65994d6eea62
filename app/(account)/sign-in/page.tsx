import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { ProviderButtons } from '#components/account/provider-buttons.tsx'
import { type ProblemQuery, SignInProblemNote } from '#components/account/sign-in-problem.tsx'
import { mayBeGuest } from '#lib/accounts/guests.ts'
import { nextPath } from '#lib/accounts/next-path.ts'
import { providerViewsOf } from '#lib/accounts/providers/configured.ts'
import { getConfig } from '#lib/config.ts'
import { providerTexts } from '#lib/i18n/rooms/providers.ts'
import { requestLocale } from '../../request-locale.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ signIn }) => signIn.title)

interface Query extends ProblemQuery {
  next?: string | string[]
}

export default async function SignInPage(props: { searchParams: Promise<Query> }) {
  const { signIn, fields, errors } = await requestTexts()
  const query = await props.searchParams
  const next = nextPath(query.next)
  const providers = providerViewsOf(getConfig())
  const texts = providerTexts[await requestLocale()]
  return (
    <AccountPage title={signIn.title}>
      <SignInProblemNote query={query} providers={providers} texts={texts} />
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
        <ProviderButtons providers={providers} texts={texts} errors={errors} next={next} />
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
