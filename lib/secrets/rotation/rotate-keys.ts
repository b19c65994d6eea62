import type { Database, Schema } from '../../db/schema.ts'
import { type KeySource, KeySourceError } from '../key-source.ts'
import { type KeyAdmin, KeyAdminError } from './key-admin.ts'
import { countUsers, digestOf } from './key-use.ts'
import { replaceKey, secretsIn } from './replace-key.ts'

/**
 * Rotation of an account's key, in steps of which each is in the database before the next begins, so that whoever comes
 * after a crash goes on. The key itself is told once by OpenAI and never stored here:
 *
 * - `making`: a service account with this rotation's name. Whoever finds the step begun deletes what has that name
 *   first: its key was lost with the process that made it.
 * - `storing`: its key takes the old one's place in the source. If that fails, the account is deleted again; if it is not
 *   clear whether it failed, whoever comes next looks first.
 * - `waiting`: until every running instance uses the new key.
 * - `draining`: requests that began with the old key have time to end.
 * - `deleting`: the service account of the old key, unless somebody uses it again.
 */
export type RotationStep = Schema['key_rotation']['step']

export interface Rotation {
  db: Database
  /** Of which the key is rotated. */
  account: string
  admin: KeyAdmin
  /** Where the new key is put. */
  store: KeyStore
  /** How long requests with the old key have to end. */
  drainMs: number
  now?: () => number
  /** Hears of each step that is reached. */
  onStep?: (step: RotationStep) => void
}

export interface KeyStore {
  put(account: string, secret: string): Promise<void>
  /** The secrets that stand there; undefined where one cannot look. */
  secrets(): Promise<readonly string[] | undefined>
}

/** A {@link KeySource} as the place for a new key. */
export const storeIn = (source: KeySource): KeyStore => ({
  put: (account, secret) => source.rewrite((text) => replaceKey(text, account, secret)),
  secrets: async () => secretsIn(await source.load()),
})

/** Where a rotation stands after a run. */
export type RotationState =
  | { step: 'idle'; lastAt: number | undefined; failure?: string }
  | { step: 'waiting'; others: number }
  | { step: 'draining'; untilMs: number }
  /** Something failed; the step is tried again at the next run. */
  | { step: Exclude<RotationStep, 'idle'>; failure: string }
  /** Another process is at it. */
  | { step: 'elsewhere' }
  /** Over. `isOldLeft`: the old key is not one of ours, and stays valid until the operator deletes it. */
  | { step: 'done'; isOldLeft: boolean }

type Row = Schema['key_rotation']

/** How long requests that began with the old key have to end before it is deleted. */
export const DRAIN_MS = 10 * 60_000
/**
 * For so long a call that was given up may still take effect, and a place with copies (a standby of Vault's, Secrets Manager)
 * may still show what stood there before: no key is taken away meanwhile because it is not seen there.
 */
const SETTLE_MS = 60_000
/** Beyond the longest that one step may take with all its calls. */
const LEASE_MS = 3 * 60_000

/** Somebody else took over while we were silent. What we made meanwhile is ours to undo. */
class LeaseLost extends Error {}

/**
 * Goes on with the rotation of an account as far as it can at once; `start` begins one when none is under way. One
 * process at a time. Rejects only when the database fails.
 */
export async function rotateKeys(rotation: Rotation, { start }: { start: boolean }): Promise<RotationState> {
  const runner = crypto.randomUUID()
  const row = await claim(rotation, runner)
  if (!row) return { step: 'elsewhere' }
  const run = new RotationRun(rotation, runner, row)
  try {
    return await run.goOn(start)
  } catch (error) {
    if (error instanceof LeaseLost) return { step: 'elsewhere' }
    throw error
  } finally {
    await release(rotation, runner)
  }
}

/** How the rotation of an account stands, without touching it. */
export async function rotationOf(db: Database, account: string): Promise<Row | undefined> {
  return await db.selectFrom('key_rotation').selectAll().where('account', '=', account).executeTakeFirst()
}

/** A rotation that was begun and is not over. */
export async function unfinishedRotation(db: Database): Promise<Row | undefined> {
  return await db.selectFrom('key_rotation').selectAll().where('step', '!=', 'idle').executeTakeFirst()
}

async function claim(rotation: Rotation, runner: string): Promise<Row | undefined> {
  const { db, account } = rotation
  const now = nowOf(rotation)
  const fresh = { account, name: '', step: 'idle', step_at: now, lease_until: 0 } as const
  await db
    .insertInto('key_rotation')
    .values(fresh)
    .onConflict((conflict) => conflict.column('account').doNothing())
    .execute()
  return await db
    .updateTable('key_rotation')
    .set({ runner, lease_until: now + LEASE_MS })
    .where('account', '=', account)
    .where('lease_until', '<=', now)
    .returningAll()
    .executeTakeFirst()
}

async function release({ db, account }: Rotation, runner: string): Promise<void> {
  await db
    .updateTable('key_rotation')
    .set({ runner: null, lease_until: 0 })
    .where('account', '=', account)
    .where('runner', '=', runner)
    .execute()
}

const nowOf = ({ now = Date.now }: Pick<Rotation, 'now'>) => now()

class RotationRun {
  readonly #rotation: Rotation
  readonly #runner: string
  #row: Row
  /** Of the service account that this run made; nobody else ever has it. */
  #secret: string | undefined

  constructor(rotation: Rotation, runner: string, row: Row) {
    this.#rotation = rotation
    this.#runner = runner
    this.#row = row
  }

  async goOn(start: boolean): Promise<RotationState> {
    if (this.#row.step === 'idle') {
      if (!start) return this.#idle()
      await this.#begin()
    }
    try {
      for (;;) {
        const state = await this.#stepOn()
        if (state) return state
      }
    } catch (error) {
      const failure = sentenceOf(error)
      if (failure === undefined) throw error
      await this.#write({ failure, failed_at: this.#now() })
      // An undone rotation has failed as a whole; any other is tried again from where it stands.
      const { step } = this.#row
      return step === 'idle' ? this.#idle() : { step, failure }
    }
  }

  /** Undefined when there is a next step to be done at once. */
  async #stepOn(): Promise<RotationState | undefined> {
    switch (this.#row.step) {
      case 'making':
        return await this.#make()
      case 'storing':
        return await this.#store()
      case 'waiting':
        return await this.#wait()
      case 'draining':
        return await this.#drain()
      case 'deleting':
        return await this.#delete()
      case 'idle':
        return this.#idle()
    }
  }

  async #begin(): Promise<void> {
    const name = `tain-${this.#rotation.account}-${crypto.randomUUID()}`
    const { service_account: old } = this.#row
    await this.#reach('making', { name, old_service_account: old, service_account: null, digest: null })
  }

  async #make(): Promise<undefined> {
    const { admin } = this.#rotation
    for (const id of await admin.find(this.#row.name)) await admin.remove(id)
    const { id, secret } = await admin.create(this.#row.name)
    this.#secret = secret
    try {
      await this.#reach('storing', { service_account: id, digest: digestOf(secret) })
    } catch (error) {
      await admin.remove(id).catch(() => undefined)
      throw error
    }
  }

  async #store(): Promise<RotationState | undefined> {
    const secret = this.#secret
    if (secret === undefined) return await this.#storeAfterCrash()
    try {
      await this.#rotation.store.put(this.#rotation.account, secret)
    } catch (error) {
      // An answer that was lost on its way may have been a success.
      if (await this.#isStored()) return await this.#reach('waiting')
      if (isUnclear(error)) throw error
      await this.#undo()
      await this.#reach('idle', { service_account: this.#row.old_service_account, digest: null })
      throw error
    }
    await this.#reach('waiting')
  }

  /** The key is known to the source, or to nobody. */
  async #storeAfterCrash(): Promise<RotationState | undefined> {
    if (await this.#isStored()) return await this.#reach('waiting')
    const { failure } = this.#row
    if (this.#isUnsettled())
      return { step: 'storing', failure: failure ?? 'It will soon be clear whether the new key was put.' }
    return await this.#makeAnother()
  }

  async #makeAnother(): Promise<undefined> {
    await this.#undo()
    await this.#reach('making', { service_account: null, digest: null })
  }

  #isUnsettled(): boolean {
    const { step_at: since, failed_at: failedAt } = this.#row
    return this.#now() < Math.max(Number(since), Number(failedAt ?? 0)) + SETTLE_MS
  }

  async #isStored(): Promise<boolean> {
    const { db, store } = this.#rotation
    const digest = this.#row.digest ?? ''
    const secrets = await store.secrets()
    if (secrets) return secrets.some((secret) => digestOf(secret) === digest)
    return (await countUsers(db, digest, this.#now())).using > 0
  }

  async #undo(): Promise<void> {
    if (this.#row.service_account !== null) await this.#rotation.admin.remove(this.#row.service_account)
  }

  async #wait(): Promise<RotationState | undefined> {
    const { isThere, using, others } = await this.#spread()
    if (isThere === false) {
      // A copy that is behind, unless time has passed and nobody has read it there: then somebody put another in its place.
      if (using > 0 || this.#isUnsettled()) return { step: 'waiting', others }
      return await this.#makeAnother()
    }
    // Where one cannot look, only an instance that uses the key shows that it was put.
    if (others > 0 || (isThere === undefined && using === 0)) return { step: 'waiting', others }
    await this.#reach('draining')
    return undefined
  }

  /** Whether the new key stands in its place, where one can look, and how many instances use it. */
  async #spread(): Promise<{ isThere: boolean | undefined; using: number; others: number }> {
    const { db, store } = this.#rotation
    const digest = this.#row.digest ?? ''
    const isThere = (await store.secrets())?.some((secret) => digestOf(secret) === digest)
    return { isThere, ...(await countUsers(db, digest, this.#now())) }
  }

  async #drain(): Promise<RotationState | undefined> {
    const untilMs = Number(this.#row.step_at) + this.#rotation.drainMs
    if (this.#now() < untilMs) return { step: 'draining', untilMs }
    await this.#reach('deleting')
    return undefined
  }

  async #delete(): Promise<RotationState | undefined> {
    // While requests were ending somebody may have put the old key back, or started an instance with it.
    const { isThere, others } = await this.#spread()
    if (isThere === false || others > 0) return await this.#reach('waiting')
    const { admin } = this.#rotation
    const { old_service_account: old, service_account: current, name } = this.#row
    // One that was made and not answered may be shown by the list only now.
    const strays = (await admin.find(name)).filter((id) => id !== current)
    for (const id of old === null ? strays : [...strays, old]) await admin.remove(id)
    await this.#reach('idle', { old_service_account: null, last_at: this.#now() })
    return { step: 'done', isOldLeft: old === null }
  }

  #idle(): RotationState {
    const { last_at: last, failure } = this.#row
    return {
      step: 'idle',
      lastAt: last === null ? undefined : Number(last),
      ...(failure !== null && { failure }),
    }
  }

  async #reach(step: RotationStep, values: Partial<Row> = {}): Promise<undefined> {
    await this.#write({ ...values, step, step_at: this.#now(), failure: null, failed_at: null })
    this.#rotation.onStep?.(step)
  }

  /** Throws {@link LeaseLost} when the row is no longer ours to write. */
  async #write(values: Partial<Row>): Promise<void> {
    const { db, account } = this.#rotation
    const written = await db
      .updateTable('key_rotation')
      .set({ ...values, lease_until: this.#now() + LEASE_MS })
      .where('account', '=', account)
      .where('runner', '=', this.#runner)
      .returningAll()
      .executeTakeFirst()
    if (!written) throw new LeaseLost()
    this.#row = written
  }

  #now(): number {
    return nowOf(this.#rotation)
  }
}

/** Whether what was asked may have been done all the same, or may yet be. */
const isUnclear = (error: unknown): boolean =>
  error instanceof KeySourceError && ['timeout', 'unreachable', 'unavailable'].includes(error.code)

/** What failed outside, as a sentence; undefined for what is not to be told but thrown. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof KeyAdminError) return error.message
  if (error instanceof KeySourceError) return `KEYS_FROM ${error.message}.`
  return error instanceof Error && error.name === 'UnclearAccount' ? error.message : undefined
}
