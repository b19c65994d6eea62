'use client'

import { useRouter } from 'next/navigation'
import { useState, useSyncExternalStore } from 'react'
import type { ApiTokenView } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import type { TokenTexts } from '#lib/i18n/rooms/tokens.ts'
import { AccountForm } from './account-form.tsx'
import { ActionButton, Secret } from './actions.tsx'

interface Props {
  tokens: ApiTokenView[]
  texts: TokenTexts
  accountTexts: AccountTexts
  locale: string
  /** In examples. */
  model: string
}

/** A person's tokens, a form for another, and how to use one. */
export function ApiTokens({ tokens, texts, accountTexts, locale, model }: Props) {
  const router = useRouter()
  const [token, setToken] = useState<string>()
  const { people, errors, fields } = accountTexts
  return (
    <>
      <p>{texts.intro}</p>
      {tokens.length === 0 && <p>{texts.none}</p>}
      <ul className="account-rows">
        {tokens.map((one) => (
          <li key={one.id}>
            <span className="account-who">
              {one.name} <code className="api-token-prefix">{one.prefix}…</code>
              <small>{timesOf(one, texts, locale)}</small>
            </span>
            <ActionButton
              method="DELETE"
              endpoint="/api/account/tokens"
              body={{ id: one.id }}
              errors={errors}
              label={fill(texts.revokeOf, { name: one.name })}
              sure={texts.revokeSure}
              danger
            >
              {texts.revoke}
            </ActionButton>
          </li>
        ))}
      </ul>
      <AccountForm
        endpoint="/api/account/tokens"
        fields={[
          { name: 'name', label: texts.name },
          {
            name: 'days',
            label: fields.days,
            type: 'number',
            placeholder: texts.forGood,
            optional: true,
          },
        ]}
        columns={2}
        look="quiet"
        submit={texts.make}
        errors={errors}
        onDone={(data) => {
          // The route answers with what it made.
          setToken((data as { token: string }).token)
          router.refresh()
        }}
      />
      {token && <Secret text={token} texts={{ ...people, once: texts.once }} />}
      <Examples token={token ?? texts.yourToken} texts={texts} model={model} />
    </>
  )
}

function timesOf({ createdAt, usedAt, expiresAt }: ApiTokenView, texts: TokenTexts, locale: string): string {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const minute = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const isOver = expiresAt !== null && expiresAt < Date.now()
  return [
    fill(texts.made, { time: day.format(createdAt) }),
    usedAt === null ? texts.unused : fill(texts.used, { time: minute.format(usedAt) }),
    expiresAt !== null && fill(isOver ? texts.ended : texts.ends, { time: day.format(expiresAt) }),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The address people see is the one their programs can use. */
const useOrigin = () =>
  useSyncExternalStore(
    () => () => {},
    () => window.location.origin,
    () => '',
  )

function Examples({ token, texts, model }: { token: string; texts: TokenTexts; model: string }) {
  const baseUrl = `${useOrigin()}/v1`
  const [shown, setShown] = useState<keyof TokenTexts['examples']>('curl')
  return (
    <details className="api-examples unfolds">
      <summary>{texts.how}</summary>
      <div role="tablist" aria-label={texts.how}>
        {(['curl', 'python', 'typescript'] as const).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={shown === name}
            onClick={() => setShown(name)}
          >
            {texts.examples[name]}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>
        <code>{EXAMPLES[shown]({ baseUrl, token, model })}</code>
      </pre>
      <p className="account-hint">{texts.label}</p>
    </details>
  )
}

interface Blanks {
  baseUrl: string
  token: string
  model: string
}

const EXAMPLES: Record<keyof TokenTexts['examples'], (blanks: Blanks) => string> = {
  curl: ({ baseUrl, token, model }) => `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer ${token}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
  python: ({ baseUrl, token, model }) => `from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key="${token}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
  typescript: ({ baseUrl, token, model }) => `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: '${token}' })
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)`,
}
