import type { Generated } from 'kysely'

/** Who people are, how they come in, and what they chose. A part of the schema. */
export interface AccountTables {
  /** Everybody whom the site knows, guests too; `owner` elsewhere is such an id. */
  account: {
    id: string
    role: 'owner' | 'admin' | 'user' | 'guest'
    name: string
    /** In lower case. */
    email: string | null
    /** When it was shown to be the person's own; null while they only say so. */
    email_confirmed_at: number | null
    password_hash: string | null
    /** The access code by which a person came. */
    access_code_id: string | null
    /** Of guests: a keyed hash of the address, to count them. */
    address_hash: string | null
    created_at: number
    seen_at: number
    disabled_at: number | null
  }
  /** How others know an account: a sign-in provider, by its issuer, and its id for the person. */
  account_link: {
    provider: string
    subject: string
    account_id: string
    /** By which the person knows it again: an address or a name. */
    label: string | null
    created_at: number
  }
  /** Somebody signed in with one browser. Without its row a session's cookie is worth nothing. */
  session: {
    id: string
    account_id: string
    agent: string
    created_at: number
    seen_at: number
    expires_at: number
  }
  /** Links that work once. Kept as a digest. */
  one_time_code: {
    digest: string
    kind: 'invite' | 'reset' | 'mailed_reset' | 'confirm'
    account_id: string | null
    created_by: string
    created_at: number
    expires_at: number
  }
  /** What a person's programs show at `/v1`. Kept as a digest; `prefix` is how its owner knows it again. */
  api_token: {
    id: string
    account_id: string
    name: string
    prefix: string
    digest: string
    created_at: number
    expires_at: number | null
    used_at: number | null
  }
  /** Codes with which several people come in. Kept as a digest. */
  access_code: {
    id: string
    name: string
    digest: string
    created_at: number
    expires_at: number | null
    /** Of each who comes by it, in place of the same limits of their role, as JSON. */
    quota: Generated<string>
  }
  /** What a person chose for the whole site, each thing a row of its own, as JSON. */
  preference: {
    owner: string
    name: string
    value: string
  }
  /** A text to begin with, kept by its owner; in no folder with ''. */
  prompt: {
    owner: string
    id: string
    folder: string
    title: string
    text: string
  }
  /** Wrong passwords and codes of an address (a keyed hash of it) within an hour. */
  wrong_try: {
    bucket: string
    started_at: number
    count: number
  }
}
