import type { Config } from '../../config.ts'
import type { ProviderId, ProviderView } from '../contract.ts'

/** A service that signs people in here. Its issuer and its id for a person are who that person is, never an address. */
export interface Provider extends ProviderView {
  /** Without a trailing slash, as links keep it. */
  issuer: string
}

const GOOGLE = 'https://accounts.google.com'

/** The providers that are set, in the order of their buttons. */
export function providersOf(config: Config): Provider[] {
  const { OIDC_ISSUER, OIDC_NAME, AUTH_GOOGLE_ID, AUTH_GITHUB_ID, AUTH_GITHUB_URL } = config
  return [
    ...(OIDC_ISSUER ? [{ id: 'oidc' as const, name: OIDC_NAME, issuer: OIDC_ISSUER }] : []),
    ...(AUTH_GOOGLE_ID ? [{ id: 'google' as const, name: 'Google', issuer: GOOGLE }] : []),
    ...(AUTH_GITHUB_ID ? [{ id: 'github' as const, name: 'GitHub', issuer: AUTH_GITHUB_URL }] : []),
  ]
}

export const findProvider = (config: Config, id: ProviderId | string): Provider | undefined =>
  providersOf(config).find((provider) => provider.id === id)

/** For pages, which must not learn more. */
export const providerViewsOf = (config: Config): ProviderView[] =>
  providersOf(config).map(({ id, name }) => ({ id, name }))
