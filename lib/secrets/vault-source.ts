import { z } from 'zod'
import { type KeySource, KeySourceError, keysIn } from './key-source.ts'
import { createVaultClient, shaped } from './vault-client.ts'
import { createVaultSession, type VaultSignIn } from './vault-session.ts'

export interface VaultSourceOptions {
  /** Without a trailing slash. */
  address: string
  namespace?: string
  signIn: VaultSignIn
  /** The secret: KV version 2, mounted at `mount`. */
  mount: string
  path: string
  field: string
  timeoutMs?: number
  retryAfterMs?: readonly number[]
}

const secretShape = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()),
    metadata: z.object({ version: z.number() }),
  }),
})
type Secret = z.output<typeof secretShape>['data']

/** How often a text is edited again because somebody else wrote meanwhile. */
const MAX_EDITS = 5

/** Keys in a field of a secret of Vault's. */
export function createVaultSource(options: VaultSourceOptions): KeySource {
  const { mount, path, field } = options
  const call = createVaultClient(options)
  const session = createVaultSession(call, options.signIn)
  const place = `${mount}/data/${path.split('/').map(encodeURIComponent).join('/')}`

  const read = async (): Promise<{ secret: Secret; text: string }> => {
    const { status, body } = await session.run((token) => call({ method: 'GET', path: place, token }))
    if (status === 403)
      throw new KeySourceError('denied', 'names a Vault that denies reading this secret (403)')
    if (status !== 200) throw new KeySourceError('not_found', 'names a secret that Vault does not have')
    const secret = shaped(secretShape, body).data
    const text = secret.data[field]
    if (typeof text === 'string') return { secret, text }
    throw new KeySourceError('malformed', 'names a secret of Vault without text in that field')
  }

  /** Whether it was written; not if the version is no longer the one that was read. */
  const write = async ({ data, metadata }: Secret, text: string): Promise<boolean> => {
    const body = { options: { cas: metadata.version }, data: { ...data, [field]: text } }
    const { status } = await session.run((token) => call({ method: 'POST', path: place, token, body }))
    if (status === 200) return true
    if (status === 400) return false
    throw new KeySourceError('read_only', `names a Vault that denies writing this secret (${status})`)
  }

  return {
    kind: 'vault',
    load: async () => keysIn((await read()).text),
    async rewrite(edit) {
      for (let i = 0; i < MAX_EDITS; i++) {
        const { secret, text } = await read()
        const after = edit(text)
        if (after === text || (await write(secret, after))) return
      }
      throw new KeySourceError('conflict', 'names a secret of Vault that others keep writing')
    },
    close: session.close,
  }
}
