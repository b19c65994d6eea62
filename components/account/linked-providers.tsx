import type { ProviderView } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import type { ProviderTexts } from '#lib/i18n/rooms/providers.ts'
import { ActionButton } from './actions.tsx'
import { ProviderButton } from './provider-buttons.tsx'

/** A provider, and as whom it knows the account; null where it does not. */
export type LinkedProvider = ProviderView & { linkedAs: string | null }

/** The services that can sign the account in, each linked or not. */
export function LinkedProviders(props: {
  providers: readonly LinkedProvider[]
  texts: ProviderTexts
  accountTexts: AccountTexts
}) {
  const { texts } = props
  const { errors } = props.accountTexts
  return (
    <ul className="account-rows">
      {props.providers.map((provider) => {
        const { id, name, linkedAs } = provider
        return (
          <li key={id}>
            <span className="account-who">
              {name}
              <small>{linkedAs ?? texts.notLinked}</small>
            </span>
            {linkedAs === null ? (
              <ProviderButton
                provider={provider}
                label={texts.link}
                name={fill(texts.linkName, { name })}
                texts={texts}
                errors={errors}
                request={{ link: true, next: '/account' }}
              />
            ) : (
              <ActionButton
                method="DELETE"
                endpoint="/api/account/links"
                body={{ provider: id }}
                errors={{ ...errors, codes: { ...errors.codes, ...texts.errors } }}
                label={fill(texts.unlinkName, { name })}
              >
                {texts.unlink}
              </ActionButton>
            )}
          </li>
        )
      })}
    </ul>
  )
}
