import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { accountMetadata, requestTexts } from '../account-texts.ts'

export const generateMetadata = () => accountMetadata(({ reset }) => reset.title)

export default async function ResetPage() {
  const { reset, fields, errors, passwordHint } = await requestTexts()
  return (
    <AccountPage title={reset.title}>
      <AccountPanel>
        <AccountForm
          endpoint="/api/account/reset"
          fields={[
            { name: 'code', label: fields.code, fromFragment: true },
            {
              name: 'password',
              label: fields.newPassword,
              type: 'password',
              autoComplete: 'new-password',
              hint: passwordHint,
            },
          ]}
          submit={reset.submit}
          errors={{
            ...errors,
            fields: { ...errors.fields, code: reset.wrongLink },
            codes: { ...errors.codes, wrong_code: reset.wrongLink },
          }}
          next="/sign-in?password=set"
        />
      </AccountPanel>
    </AccountPage>
  )
}
