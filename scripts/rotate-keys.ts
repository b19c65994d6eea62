// `npm run keys:rotate`: makes a new key at OpenAI, puts it where KEYS_FROM says, and deletes the old one when nothing uses it.
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '#lib/config.ts'
import { openDatabase } from '#lib/db/database.ts'
import { databaseClock } from '#lib/db/database-clock.ts'
import { keysIn } from '#lib/secrets/key-source.ts'
import { openKeySource } from '#lib/secrets/open-key-source.ts'
import { openRotation } from '#lib/secrets/rotation/open-rotation.ts'
import { accountIn } from '#lib/secrets/rotation/replace-key.ts'
import {
  type KeyStore,
  type RotationState,
  rotateKeys,
  storeIn,
  unfinishedRotation,
} from '#lib/secrets/rotation/rotate-keys.ts'
import { loadSettings } from '#server/settings.ts'
import { endWith } from './end-with.ts'

const root = path.resolve(import.meta.dirname, '..')
const LOOK_EVERY_MS = 2_000

await endWith(async () => {
  const config = loadSettings(root, false)
  const source = openKeySource(root, config)
  const text = source ? await source.load() : keysOfEnvironment(config)
  const db = await openDatabase(config)
  try {
    const unfinished = await unfinishedRotation(db)
    const account = unfinished?.account ?? accountIn(text, config.ROTATE_ACCOUNT)
    const rotation = openRotation(db, config, account, source ? storeIn(source) : printed())
    if (!rotation) {
      throw new Error(
        'OPENAI_ADMIN_KEY and OPENAI_PROJECT_ID must be set to make a key. Without them: make one at OpenAI, put it in the old one’s place, send the site SIGHUP, and delete the old one.',
      )
    }
    console.log(
      `\n  ${unfinished ? 'Going on with' : 'Beginning'} the rotation of ${account}. It can be stopped and gone on with at any time.\n`,
    )
    const now = await databaseClock(db)
    let told = ''
    for (let start = !unfinished; ; ) {
      const state = await rotateKeys({ ...rotation, now }, { start })
      start &&= state.step === 'elsewhere'
      const line = sentenceOf(state)
      if (line !== told) console.log(`  ${line}`)
      told = line
      if ('failure' in state && state.failure !== undefined) throw new Error(state.failure)
      if (state.step === 'done' || state.step === 'idle') break
      await pause(LOOK_EVERY_MS)
    }
  } finally {
    source?.close?.()
    await db.destroy()
  }
})

function keysOfEnvironment({ OPENAI_API_KEY: one, OPENAI_API_KEYS: several }: Config): string {
  const texts = several.map(({ account, secret }) =>
    account.includes('…') ? secret : `${account}:${secret}`,
  )
  return keysIn([...texts, ...(one === undefined ? [] : [one])].join('\n'))
}

/** Nobody else can write into the environment: the key is shown, once. */
function printed(): KeyStore {
  return {
    put: async (account, secret) => {
      console.log(
        `  The new key, shown this once. Put it into OPENAI_API_KEYS in the old one's place, and start every\n  instance anew (or send SIGHUP where it stands in .env):\n\n    ${account}:${secret}\n`,
      )
    },
    secrets: async () => undefined,
  }
}

function sentenceOf(state: RotationState): string {
  switch (state.step) {
    case 'waiting':
      if ('others' in state && state.others === 0) {
        return 'Waiting for the site to run with the new key (and with ROTATE or OPENAI_ADMIN_KEY, so that it tells).'
      }
      return 'others' in state
        ? `The new key is in place. Waiting for ${state.others} running ${state.others === 1 ? 'instance' : 'instances'} to use it.`
        : state.failure
    case 'draining':
      return 'untilMs' in state
        ? `Every instance uses the new key. Requests with the old one may end until ${new Date(state.untilMs).toLocaleTimeString()}.`
        : state.failure
    case 'done':
      return state.isOldLeft
        ? 'Done. The old key was not made by a rotation: delete it at OpenAI yourself.'
        : 'Done. The old key is deleted.'
    case 'elsewhere':
      return 'Another process is at it; looking on.'
    case 'idle':
      return state.failure ?? 'Another process has done it.'
    default:
      return state.failure
  }
}
