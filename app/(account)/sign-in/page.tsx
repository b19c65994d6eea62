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
  /** `set`: a new password was set just now. */
  password?: string | string[]
}

export default async function SignInPage(props: { searchParams: Promise<Query> }) {
  const { signIn, reset, fields, errors } = await requestTexts()
  const query = await props.searchParams
  const next = nextPath(query.next)
  const providers = providerViewsOf(getConfig())
  const texts = providerTexts[await requestLocale()]
  return (
    <AccountPage title={signIn.title}>
      <SignInProblemNote query={query} providers={providers} texts={texts} />
      {query.password === 'set' && (
        <p role="status" className="account-note">
          {reset.done}
        </p>
      )}
      <AccountPanel>
        <AccountForm
          endpoint="/api/account/sign-in"
          fields={[
            { name: 'email', label: fields.email, type: 'email', autoComplete: 'username' },
            { name: 'password', label: fields.password, type: 'password', autoComplete: 'current-password' },
          ]}
          submit={signIn.submit}
          errors={{ ...errors, codes: { ...errors.codes, wrong_password: signIn.wrong } }}
          next={next}
        />
        <ProviderButtons providers={providers} texts={texts} errors={errors} next={next} />
        <p className="account-links">
          <a href="/forgot">{signIn.forgot}</a>
          <span>
            {signIn.none} <a href="/sign-up">{signIn.signUp}</a>
          </span>
        </p>
      </AccountPanel>
      <AccountPanel title={signIn.withCode}>
        <AccountForm
          endpoint="/api/account/access-code"
          fields={[{ name: 'code', label: fields.accessCode }]}
          submit={signIn.enter}
          look="quiet"
          errors={errors}
          next={next}
        />
      </AccountPanel>
      {(await mayBeGuest()) && (
        <p className="account-links">
          <a href="/">{signIn.guest}</a>
          <span>{signIn.kept}</span>
        </p>
      )}
    </AccountPage>
  )
}
