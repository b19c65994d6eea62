import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { KeySourceError } from './key-source.ts'
import { type CallVault, shaped } from './vault-client.ts'

/** How the site shows Vault who it is. Secrets may be `file:PATH`, read anew at each sign-in. */
export type VaultSignIn =
  | { method: 'token'; token: string }
  | { method: 'approle'; mount: string; roleId: string; secretId: string | undefined }
  | { method: 'kubernetes'; mount: string; role: string; jwtFile: string }

/** A token that is there while it is needed: signed in for, renewed in time, and replaced when it ends. */
export interface VaultSession {
  /** Runs `use` with a token; once more with a new one if Vault no longer takes the first (403). */
  run<T extends { status: number }>(use: (token: string) => Promise<T>): Promise<T>
  close(): void
}

const loginShape = z.object({
  auth: z.object({
    client_token: z.string().min(1),
    lease_duration: z.number().nonnegative(),
    renewable: z.boolean(),
  }),
})
const lookupShape = z.object({ data: z.object({ ttl: z.number(), renewable: z.boolean().default(false) }) })

interface Token {
  value: string
  renewable: boolean
  /** When it ends; undefined when it never does. */
  endsAtMs: number | undefined
}

/** Renewed when two thirds of its time are over, as Vault's own agents do. */
const RENEW_AT = 2 / 3
const MIN_PAUSE_MS = 500
/** Timers count in 32 bits. */
const MAX_PAUSE_MS = 2 ** 31 - 1

export function createVaultSession(call: CallVault, signIn: VaultSignIn): VaultSession {
  let token: Promise<Token> | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const keep = ({ value, renewable, endsAtMs }: Token) => {
    clearTimeout(timer)
    if (isClosed || !renewable || endsAtMs === undefined) return
    const leftMs = endsAtMs - Date.now()
    if (leftMs <= 0) return
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, leftMs * RENEW_AT))
    timer = setTimeout(() => void renew(value, endsAtMs), pauseMs)
    timer.unref()
  }

  /** One that cannot be renewed is used until it ends; the call that then fails signs in anew. */
  const renew = async (value: string, endsAtMs: number) => {
    const renewed = token
    const answer = await call({
      method: 'POST',
      path: 'auth/token/renew-self',
      token: value,
      body: {},
    }).catch(() => undefined)
    // Somebody met its end meanwhile and signed in anew.
    if (token !== renewed) return
    const granted = answer?.status === 200 ? loginShape.safeParse(answer.body) : undefined
    const next = granted?.success
      ? tokenOf(granted.data.auth)
      : { value, renewable: answer === undefined, endsAtMs }
    token = Promise.resolve(next)
    keep(next)
  }

  const signedIn = () => {
    token ??= enter(call, signIn).then(
      (fresh) => {
        keep(fresh)
        return fresh
      },
      (error) => {
        token = undefined
        throw error
      },
    )
    return token
  }

  /** Unless another has signed in anew already: a secret may be good for one sign-in. */
  const forget = async (value: string) => {
    const known = token
    const current = await known?.catch(() => undefined)
    if (token === known && current?.value === value) token = undefined
  }

  return {
    async run(use) {
      const { value, endsAtMs } = await signedIn()
      const hasEnded = endsAtMs !== undefined && endsAtMs <= Date.now()
      const first = hasEnded ? undefined : await use(value)
      if (first && first.status !== 403) return first
      const fresh = signIn.method !== 'token' || signIn.token.startsWith('file:')
      if (first && !fresh) return first
      await forget(value)
      const { value: anew } = await signedIn()
      return use(anew)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

const tokenOf = (auth: z.output<typeof loginShape>['auth']): Token => ({
  value: auth.client_token,
  renewable: auth.renewable,
  endsAtMs: auth.lease_duration === 0 ? undefined : Date.now() + auth.lease_duration * 1000,
})

async function enter(call: CallVault, signIn: VaultSignIn): Promise<Token> {
  if (signIn.method === 'token') return lookUp(call, await secretOf(signIn.token))
  const body =
    signIn.method === 'approle'
      ? {
          role_id: signIn.roleId,
          ...(signIn.secretId && { secret_id: await secretOf(signIn.secretId) }),
        }
      : { role: signIn.role, jwt: await secretOf(`file:${signIn.jwtFile}`) }
  const { status, body: answer } = await call({
    method: 'POST',
    path: `auth/${signIn.mount}/login`,
    body,
  })
  if (status !== 200) {
    throw new KeySourceError(
      'denied',
      `names a Vault that refuses the sign-in by ${signIn.method} (${status})`,
    )
  }
  return tokenOf(shaped(loginShape, answer).auth)
}

/** How long a token that was given to us lives. One that may not ask is used as it is. */
async function lookUp(call: CallVault, value: string): Promise<Token> {
  const { status, body } = await call({ method: 'GET', path: 'auth/token/lookup-self', token: value })
  if (status !== 200) return { value, renewable: false, endsAtMs: undefined }
  const { ttl, renewable } = shaped(lookupShape, body).data
  return { value, renewable, endsAtMs: ttl === 0 ? undefined : Date.now() + ttl * 1000 }
}

async function secretOf(text: string): Promise<string> {
  if (!text.startsWith('file:')) return text
  try {
    return (await readFile(text.slice('file:'.length), 'utf8')).trim()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : 'unknown'
    throw new KeySourceError('denied', `needs a file to sign in to Vault that cannot be read (${code})`)
  }
}
