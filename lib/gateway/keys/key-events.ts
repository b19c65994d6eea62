/** Something the operator should hear. Never a key. */
export interface KeyEvent {
  event: 'key-rejected' | 'account-out-of-quota' | 'account-cooling' | 'account-back' | 'model-cooling'
  account: string
  /** Masked. */
  key: string
  /** The only one that is left alone. */
  model?: string | undefined
  /** How long the account, or the model, is left alone. */
  forMs?: number
}

/** An account as the operator sees it. Never a key. */
export interface AccountStatus {
  account: string
  /** The only upstream its keys are for, if they are for one only. */
  upstream?: string
  /** `trial`: a live request decides, or is awaited, to decide whether the account is back. */
  state: 'ready' | 'cooling' | 'trial' | 'out-of-quota' | 'dead'
  /** What is left of the cooldown, or of the time out of service. */
  cooldownMs: number
  /** Models at their limit while the account serves others. */
  limitedModels: { model: string; cooldownMs: number }[]
  /** `slots`: leases that the bucket allows at once; null without KEY_RATE. `nextInMs`: until the next lease may be given. */
  bucket: { slots: number | null; nextInMs: number }
  /** Leases that are not settled. */
  running: number
  /** Requests waiting for this very account. */
  waiting: number
  keys: { name: string; state: 'live' | 'dead' }[]
}
