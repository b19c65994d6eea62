import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { KeySourceError } from '#lib/secrets/key-source.ts'
import {
  digestOf,
  digestsInUse,
  forgetInstance,
  noteKeysInUse,
  oldestSince,
} from '#lib/secrets/rotation/key-use.ts'
import { createOpenAIAdmin } from '#lib/secrets/rotation/openai-admin.ts'
import { replaceKey, secretsIn } from '#lib/secrets/rotation/replace-key.ts'
import { type Rotation, rotateKeys, rotationOf } from '#lib/secrets/rotation/rotate-keys.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import {
  ADMIN_KEY,
  type FakeOpenAIAdmin,
  PROJECT,
  startFakeOpenAIAdmin,
} from '#tests/support/fake-openai-admin.ts'

const BY_HAND = 'sk-made-by-hand-0123456789'
const DRAIN_MS = 600_000

let openai: FakeOpenAIAdmin
beforeAll(async () => {
  openai = await startFakeOpenAIAdmin()
})
afterAll(() => openai.close())
beforeEach(() => {
  openai.accounts.clear()
  openai.faults.length = 0
})

const adminOf = (timeoutMs = 5_000) =>
  createOpenAIAdmin({
    adminKey: ADMIN_KEY,
    project: PROJECT,
    baseUrl: openai.baseUrl,
    timeoutMs,
    maxRetries: 0,
  })

onEveryDatabase('rotation', (db) => {
  let clock = Date.UTC(2026, 10, 27)
  let accounts = 0

  /** A source in memory, and one instance that uses what stands there when told so. */
  function site(more: Partial<Rotation> = {}) {
    const account = `team${++accounts}`
    const instance = `instance-of-${account}`
    let text = `${account}:${BY_HAND}`
    const rotation: Rotation = {
      db: db(),
      account,
      admin: adminOf(),
      store: {
        put: async (name, secret) => {
          text = replaceKey(text, name, secret)
        },
        secrets: async () => secretsIn(text),
      },
      drainMs: DRAIN_MS,
      now: () => clock,
      ...more,
    }
    return {
      rotation,
      secrets: () => secretsIn(text),
      takeOver: () => noteKeysInUse(db(), instance, secretsIn(text), clock),
      stop: () => forgetInstance(db(), instance),
      run: (start = false) => rotateKeys(rotation, { start }),
    }
  }
  type Site = ReturnType<typeof site>

  /** What is true whenever a rotation is over. */
  function expectWhole({ secrets, rotation }: Site): void {
    const ours = [...openai.accounts.values()].filter(({ name }) => name.includes(rotation.account))
    expect(ours).toHaveLength(1)
    expect(secrets()).toEqual([ours[0]?.secret])
  }

  /** What is true at any time: OpenAI knows every key that stands in the source. */
  function expectValid({ secrets }: Site): void {
    const valid = [BY_HAND, ...[...openai.accounts.values()].map(({ secret }) => secret)]
    expect(secrets().filter((secret) => !valid.includes(secret))).toEqual([])
  }

  it('makes a key, puts it, waits for the instances, lets requests end, and deletes the old one', async () => {
    const one = site()
    await one.takeOver()
    expect(await one.run()).toEqual({ step: 'idle', lastAt: undefined })
    expect(await one.run(true)).toEqual({ step: 'waiting', others: 1 })
    expect(one.secrets()).not.toContain(BY_HAND)
    await one.takeOver()
    expect(await one.run()).toEqual({ step: 'draining', untilMs: clock + DRAIN_MS })
    clock += DRAIN_MS
    // The first key was made by hand: nobody here can delete it.
    expect(await one.run()).toEqual({ step: 'done', isOldLeft: true })
    expectWhole(one)

    const [first] = one.secrets()
    await one.run(true)
    expect([...openai.accounts.values()].map(({ secret }) => secret)).toContain(first)
    await one.takeOver()
    await one.run()
    clock += DRAIN_MS
    expect(await one.run()).toEqual({ step: 'done', isOldLeft: false })
    expectWhole(one)
    expect(one.secrets()).not.toContain(first)
    await one.stop()
  })

  it('is undone when the new key cannot be put, and says why', async () => {
    const full = site()
    full.rotation.store.put = async () => {
      throw new KeySourceError('read_only', 'names a Vault that denies writing this secret (403)')
    }
    expect(await full.run(true)).toMatchObject({
      step: 'idle',
      failure: expect.stringMatching(/^KEYS_FROM .*403/),
    })
    expect(openai.accounts.size).toBe(0)
    expect(full.secrets()).toEqual([BY_HAND])
  })

  it.each([
    [[401], 'OpenAI does not let OPENAI_ADMIN_KEY do this'],
    [[429], 'OpenAI’s administration is busy (429).'],
    [[500], 'OpenAI’s administration fails (500).'],
    [['stall'], 'does not answer in time'],
  ] as const)('that meets %j is tried again from where it stands', async (faults, sentence) => {
    const one = site({ admin: adminOf(100) })
    openai.faults.push(...faults)
    expect(await one.run(true)).toMatchObject({ step: 'making', failure: expect.stringContaining(sentence) })
    openai.faults.length = 0
    clock += DRAIN_MS
    await one.run()
    clock += DRAIN_MS
    expect(await one.run()).toMatchObject({ step: 'done' })
    expectWhole(one)
  })

  /** Runs until the rotation is over, with an instance that takes over what stands in the source. */
  async function toItsEnd(one: Site) {
    for (let i = 0; i < 8; i++) {
      clock += DRAIN_MS
      await one.takeOver()
      const state = await one.run()
      if (state.step === 'done' || state.step === 'idle') break
    }
    expect((await rotationOf(db(), one.rotation.account))?.step).toBe('idle')
    expectWhole(one)
    await one.stop()
  }

  it.each(['timeout', 'unreachable', 'unavailable'] as const)(
    'keeps a key whose writing ended unclearly (%s), and may still take effect',
    async (code) => {
      const one = site()
      await one.takeOver()
      const { put } = one.rotation.store
      let takeEffect = async () => {}
      one.rotation.store.put = async (...args) => {
        takeEffect = () => put(...args)
        throw new KeySourceError(code, 'names a Vault that does not answer in time')
      }
      expect(await one.run(true)).toMatchObject({
        step: 'storing',
        failure: expect.stringContaining('Vault'),
      })
      // Who asks again at once learns no more.
      expect(await one.run()).toMatchObject({ step: 'storing', failure: expect.stringContaining('Vault') })
      await takeEffect()
      expectValid(one)
      one.rotation.store.put = put
      await toItsEnd(one)
    },
  )

  it('is begun anew when such a writing never took effect', async () => {
    const one = site()
    await one.takeOver()
    const { put } = one.rotation.store
    one.rotation.store.put = async () => {
      throw new KeySourceError('timeout', 'names a Vault that does not answer in time')
    }
    await one.run(true)
    one.rotation.store.put = put
    await toItsEnd(one)
  })

  it('does not take a copy that is behind for a key that somebody took away', async () => {
    const one = site()
    await one.takeOver()
    const { secrets } = one.rotation.store
    one.rotation.store.secrets = async () => [BY_HAND]
    expect(await one.run(true)).toEqual({ step: 'waiting', others: 1 })
    expectValid(one)
    // However long it is behind: an instance that uses the key has read it there.
    await one.takeOver()
    clock += DRAIN_MS
    await one.takeOver()
    await one.run()
    expectValid(one)
    one.rotation.store.secrets = secrets
    await toItsEnd(one)
  })

  it('deletes no key that was put back while requests with it were ending', async () => {
    const one = site()
    await one.takeOver()
    await one.run(true)
    await toItsEnd(one)
    const [before] = one.secrets()
    await one.run(true)
    await one.takeOver()
    expect(await one.run()).toMatchObject({ step: 'draining' })
    await one.rotation.store.put(one.rotation.account, before ?? '')
    clock += DRAIN_MS
    await one.run()
    expectValid(one)
    await toItsEnd(one)
  })

  it('deletes no key that an instance came to use again', async () => {
    const one = site()
    await one.takeOver()
    await one.run(true)
    await toItsEnd(one)
    const before = one.secrets()
    await one.run(true)
    await one.takeOver()
    await one.run()
    clock += DRAIN_MS
    const late = `late-${one.rotation.account}`
    await noteKeysInUse(db(), late, before, clock)
    await one.takeOver()
    expect(await one.run()).toEqual({ step: 'waiting', others: 1 })
    expect([...openai.accounts.values()].map(({ secret }) => secret)).toContain(before[0])
    await forgetInstance(db(), late)
    await toItsEnd(one)
  })

  it('leaves no service account behind whose key was lost on its way', async () => {
    const one = site()
    // The list is answered, the creation is done and not answered.
    openai.faults.push(...(['lost', 'lost', 'lost'] as const))
    await one.run(true)
    openai.faults.length = 0
    await one.run()
    clock += DRAIN_MS
    expect(await one.run()).toMatchObject({ step: 'done' })
    expectWhole(one)
  })

  it('deletes in the end what the list of accounts did not show when it was asked', async () => {
    const one = site()
    await one.takeOver()
    const { find } = one.rotation.admin
    one.rotation.admin.find = async () => []
    openai.faults.push('lost')
    await one.run(true)
    await one.run()
    expect(openai.accounts.size).toBe(2)
    one.rotation.admin.find = find
    await toItsEnd(one)
  })

  it('is the work of one process, however many try', async () => {
    const one = site()
    const states = await Promise.all(Array.from({ length: 8 }, () => one.run(true)))
    const busy = states.filter(({ step }) => step === 'elsewhere').length
    expect(busy).toBeGreaterThanOrEqual(1)
    clock += DRAIN_MS
    await one.run()
    expectWhole(one)
  })

  it('goes on after its process died at any call, before or after the call took effect', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 14 }), fc.boolean(), fc.boolean(), async (at, isDone, hadOne) => {
        const one = site()
        if (hadOne) {
          await one.run(true)
          clock += DRAIN_MS
          await one.run()
        }
        const mortal = dyingAt(one, at, isDone)
        await mortal.run(true).catch(() => undefined)
        clock += 3 * DRAIN_MS
        // Whoever comes next starts nothing anew: it ends what was begun, or there was nothing.
        for (let i = 0; i < 3; i++) {
          await one.run()
          clock += DRAIN_MS
        }
        const row = await rotationOf(db(), one.rotation.account)
        expect(row?.step).toBe('idle')
        if (Number(row?.last_at) > 0) expectWhole(one)
        expectValid(one)
        openai.accounts.clear()
      }),
      { numRuns: Number(process.env.DEATHS ?? 10) },
    )
  })

  /** The same site in a process that dies at its `at`th call of something outside, and never does anything again. */
  function dyingAt(one: Site, at: number, isDone: boolean) {
    let left = at
    let isDead = false
    const mortal =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (isDead) throw new Error('dead')
        if (left-- > 0) return await call(...args)
        isDead = true
        if (isDone) await call(...args)
        throw new Error('dead')
      }
    const { admin, store } = one.rotation
    const rotation: Rotation = {
      ...one.rotation,
      admin: { create: mortal(admin.create), find: mortal(admin.find), remove: mortal(admin.remove) },
      store: { put: mortal(store.put), secrets: mortal(store.secrets) },
      onStep: () => {
        if (isDead || left-- <= 0) {
          isDead = true
          throw new Error('dead')
        }
      },
    }
    return { run: (start: boolean) => rotateKeys(rotation, { start }) }
  }

  it('knows keys in use, and each since it was first seen, by whatever instance', async () => {
    const [old, young] = ['sk-an-old-key-0123456789', 'sk-a-young-key-0123456789']
    const start = clock
    await noteKeysInUse(db(), 'first', [old], clock)
    clock += 60_000
    await noteKeysInUse(db(), 'second', [old, young], clock)
    expect(await oldestSince(db(), [digestOf(old), digestOf(young)])).toBe(start)
    expect(await oldestSince(db(), [digestOf(young)])).toBe(clock)
    expect(await oldestSince(db(), [digestOf('never seen')])).toBeUndefined()
    await forgetInstance(db(), 'second')
    expect(await digestsInUse(db(), clock)).toEqual([digestOf(old)])
    // Silent for too long: gone, whatever it used.
    expect(await digestsInUse(db(), clock + 60_000)).toEqual([])
  })
})

describe('the administration of OpenAI', () => {
  it('is asked as it wants to be, page by page, and errors repeat no secret', async () => {
    const admin = adminOf()
    const made = [
      await admin.create('a'),
      await admin.create('b'),
      await admin.create('c'),
      await admin.create('a'),
    ]
    expect(await admin.find('a')).toEqual([made[0]?.id, made[3]?.id])
    await admin.remove(made[0]?.id ?? '')
    await admin.remove(made[0]?.id ?? '')
    expect(await admin.find('a')).toEqual([made[3]?.id])
    const wrong = createOpenAIAdmin({
      adminKey: 'sk-wrong-canary-0123456789',
      project: PROJECT,
      baseUrl: openai.baseUrl,
    })
    const error = await wrong.create('d').catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'denied', message: expect.not.stringContaining('canary') })
  })
})
