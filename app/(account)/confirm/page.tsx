import { AccountForm } from '#components/account/account-form.tsx'
import { AccountPage, AccountPanel } from '#components/account/account-panel.tsx'
import { mailTexts } from '#lib/i18n/rooms/mail.ts'
import { requestLocale } from '../../request-locale.ts'
import { requestTexts } from '../account-texts.ts'

export const generateMetadata = async () => ({
  title: mailTexts[await requestLocale()].confirm.title,
  robots: { index: false },
})

/** Where the link of a letter leads. A button asks, since programs that look at mail follow links. */
export default async function ConfirmPage() {
  const { confirm } = mailTexts[await requestLocale()]
  const { fields, errors, account, reset } = await requestTexts()
  return (
    <AccountPage title={confirm.title}>
      <p>{confirm.text}</p>
      <AccountPanel>
        <AccountForm
          endpoint="/api/account/confirm"
          fields={[{ name: 'code', label: fields.code, fromFragment: true }]}
          submit={confirm.submit}
          done={confirm.done}
          errors={{
            ...errors,
            fields: { ...errors.fields, code: reset.wrongLink },
            codes: { ...errors.codes, wrong_code: reset.wrongLink },
          }}
        />
        <p className="account-links">
          <a href="/">{account.chat}</a>
        </p>
      </AccountPanel>
    </AccountPage>
  )
}
