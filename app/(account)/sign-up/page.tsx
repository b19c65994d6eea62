import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import type { Field } from '#components/account/form-values.ts'
import { ProviderButtons } from '#components/account/provider-buttons.tsx'
import { providerViewsOf } from '#lib/accounts/providers/configured.ts'
import { getConfig } from '#lib/config.ts'
import { providerTexts } from '#lib/i18n/rooms/providers.ts'
import { requestLocale } from '../../request-locale.ts'
import { accountMetadata, requestTexts } from '../account-texts.ts'

const FORM = 'sign-up'

export const generateMetadata = () => accountMetadata(({ signUp }) => signUp.title)

export default async function SignUpPage() {
  const { signUp, fields, errors, passwordHint } = await requestTexts()
  const texts = providerTexts[await requestLocale()]
  const config = getConfig()
  const providers = providerViewsOf(config)
  const isOpen = config.SIGN_UP === 'open'
  const isOpenElsewhere = providers.length > 0 && config.PROVIDER_SIGN_UP === 'open'
  const invitation: Field = {
    name: 'code',
    label: fields.invitation,
    fromFragment: true,
    ...(!isOpenElsewhere && { hint: signUp.closed }),
  }
  return (
    <AccountPage title={signUp.title}>
      {!isOpen && isOpenElsewhere && <p>{texts.openToNew}</p>}
      <AccountPanel>
        <AccountForm
          id={FORM}
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
        <ProviderButtons providers={providers} texts={texts} errors={errors} invitationForm={FORM} />
        <p className="account-links">
          <span>
            {signUp.known} <a href="/sign-in">{signUp.signIn}</a>
          </span>
        </p>
      </AccountPanel>
    </AccountPage>
  )
}
