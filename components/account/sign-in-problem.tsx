import { type ProviderView, signInProblems } from '#lib/accounts/contract.ts'
import { fill } from '#lib/i18n/fill.ts'
import type { ProviderTexts } from '#lib/i18n/rooms/providers.ts'

/** What a page's address says about a sign-in at a provider. Anybody can write an address, so only known words count. */
export interface ProblemQuery {
  problem?: string | string[]
  with?: string | string[]
}

/** Why signing in or linking at a provider came to nothing, if it did. */
export function SignInProblemNote(props: {
  query: ProblemQuery
  providers: readonly ProviderView[]
  texts: ProviderTexts
}) {
  const { query, providers, texts } = props
  const problem = signInProblems.find((known) => known === query.problem)
  const provider = providers.find(({ id }) => id === query.with)
  const text = problem && texts.problems[problem]
  if (!text || !provider) return null
  return (
    <p role="alert" className="account-problem">
      {fill(text, { name: provider.name })}
    </p>
  )
}
