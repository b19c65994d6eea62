import type { Config } from '#lib/config.ts'
import { databaseClock } from '#lib/db/database-clock.ts'
import type { Database } from '#lib/db/schema.ts'
import type { KeySetting } from '#lib/gateway/keys/parse-keys.ts'
import { log } from '#lib/log.ts'
import { openKeySource } from '#lib/secrets/open-key-source.ts'
import {
  digestOf,
  forgetInstance,
  noteKeysInUse,
  oldestSince,
  USE_EVERY_MS,
} from '#lib/secrets/rotation/key-use.ts'
import { canRotate, openRotation } from '#lib/secrets/rotation/open-rotation.ts'
import { accountIn } from '#lib/secrets/rotation/replace-key.ts'
import {
  type RotationState,
  rotateKeys,
  rotationOf,
  storeIn,
  unfinishedRotation,
} from '#lib/secrets/rotation/rotate-keys.ts'

/** After a failure somebody has to do something, which does not happen within seconds. */
const AGAIN_AFTER_MS = 10 * 60_000
const REMIND_EVERY_MS = 7 * 24 * 3_600_000

export interface KeyRotation {
  /** After other keys were taken over. */
  noteKeys(keys: readonly KeySetting[]): void
  close(): Promise<void>
}

/**
 * Says in the database which keys this instance uses, so that whoever rotates knows when the old one is out of use; and
 * rotates by ROTATE, or reminds of it where the site cannot. Undefined where rotation plays no part.
 */
export function followRotation(options: {
  root: string
  db: Database
  config: Config
  keys: readonly KeySetting[]
  /** Reads keys anew and takes them over. */
  reload: () => Promise<void>
}): KeyRotation | undefined {
  const { ROTATE, OPENAI_ADMIN_KEY, KEYS_FROM } = options.config
  if (ROTATE === undefined && OPENAI_ADMIN_KEY === undefined && KEYS_FROM === undefined) return undefined
  const follower = new RotationFollower(options)
  follower.begin()
  return follower
}

type Options = Parameters<typeof followRotation>[0]

class RotationFollower implements KeyRotation {
  readonly #options: Options
  readonly #instance = crypto.randomUUID()
  #keys: readonly KeySetting[]
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> = Promise.resolve()
  #remindedAt = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(options: Options) {
    this.#options = options
    this.#keys = options.keys
  }

  begin(): void {
    this.#timer = setInterval(() => this.#look(), USE_EVERY_MS)
    this.#timer.unref()
    this.#look()
  }

  noteKeys(keys: readonly KeySetting[]): void {
    this.#keys = keys
    this.#look()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#working
    await forgetInstance(this.#options.db, this.#instance).catch(() => undefined)
  }

  /** One look after the other. What fails is the database, which others tell of; the next look is soon. */
  #look(): void {
    this.#working = this.#working
      .then(() => this.#lookOnce())
      .catch((error: unknown) => {
        log('error', 'key_rotation_failed', { error })
      })
  }

  async #lookOnce(): Promise<void> {
    if (this.#isClosed) return
    const { db, config } = this.#options
    // Whoever rotates looks at what others wrote, by the clock that all of them share.
    const clock = await databaseClock(db)
    const now = clock()
    const secrets = this.#keys.map(({ secret }) => secret)
    await noteKeysInUse(db, this.#instance, secrets, now)
    if (config.ROTATE === undefined && !(await unfinishedRotation(db))) return
    if (canRotate(config)) await this.#rotate(clock)
    else if (await this.#isDue(now)) this.#remind(now)
  }

  async #isDue(now: number): Promise<boolean> {
    const { db, config } = this.#options
    if (config.ROTATE === undefined) return false
    const named = this.#keys.filter(({ account }) => account === config.ROTATE_ACCOUNT)
    const rotated = named.length > 0 ? named : this.#keys
    const since = await oldestSince(
      db,
      rotated.map(({ secret }) => digestOf(secret)),
    )
    return since !== undefined && since + config.ROTATE <= now
  }

  #remind(now: number): void {
    if (this.#remindedAt + REMIND_EVERY_MS > now) return
    this.#remindedAt = now
    log('warn', 'keys_old', { count: this.#keys.length })
  }

  async #rotate(clock: () => number): Promise<void> {
    const now = clock()
    const { root, db, config, reload } = this.#options
    const unfinished = await unfinishedRotation(db)
    const isDue = !unfinished && (await this.#isDue(now))
    const source = unfinished || isDue ? openKeySource(root, config) : undefined
    if (!source) return
    try {
      const account = unfinished?.account ?? accountIn(await source.load(), config.ROTATE_ACCOUNT)
      const failedAt = (await rotationOf(db, account))?.failed_at ?? Number.NEGATIVE_INFINITY
      if (Number(failedAt) + AGAIN_AFTER_MS > now) return
      const rotation = openRotation(db, config, account, storeIn(source))
      if (!rotation) return
      const onStep = (step: string) => {
        log('info', 'key_rotation', { account, code: step })
        // The others learn of the new key by KEYS_REFRESH; this one need not wait for that.
        if (step === 'waiting') void reload()
      }
      tell(account, await rotateKeys({ ...rotation, onStep, now: clock }, { start: isDue }))
    } finally {
      source.close?.()
    }
  }
}

function tell(account: string, state: RotationState): void {
  if ('failure' in state && state.failure !== undefined) {
    log('error', 'key_rotation_failed', { account, cause: state.failure })
  }
  if (state.step === 'done' && state.isOldLeft) log('warn', 'old_key_left', { account })
}
