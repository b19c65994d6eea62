/** What the site remembers to run by. A part of the schema. */
export interface OperationTables {
  /** A response, file, batch … at the upstream, and the account of the key pool that made it. */
  upstream_object: {
    id: string
    account: string
    seen_at: number
  }
  /** How far the rotation of an account's keys is (`lib/secrets/rotation`). */
  key_rotation: {
    account: string
    /** Of the service account that this rotation makes. */
    name: string
    step: 'idle' | 'making' | 'storing' | 'waiting' | 'draining' | 'deleting'
    /** Since when it is at this step. */
    step_at: number
    /** The one whose key is in use, or is to be. */
    service_account: string | null
    /** SHA-256 of its key. */
    digest: string | null
    /** The one to be deleted. */
    old_service_account: string | null
    /** When the last rotation was over. */
    last_at: number | null
    failure: string | null
    failed_at: number | null
    /** Who works on it, and until when nobody else may. */
    runner: string | null
    lease_until: number
  }
  /** One row: who erases what is due, until when nobody else may, and when that was last done. */
  housekeeping: {
    id: 'house'
    runner: string | null
    lease_until: number
    last_at: number | null
    /** Since when it fails; null while it does not. */
    failed_at: number | null
  }
  /** How much was erased because its time was over, by day (`2026-11-27`, UTC) and kind. */
  erased_count: {
    day: string
    kind: string
    count: number
  }
  /** Which keys an instance uses: a JSON array of SHA-256. */
  key_use: {
    instance: string
    digests: string
    seen_at: number
  }
  /** Since when a key is in use here, by its SHA-256. */
  key_age: {
    digest: string
    since: number
  }
}
