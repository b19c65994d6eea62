import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { answer, fault } from '#server/demo-upstream/script-steps.ts'
import { debianProgram, describeWith } from '#tests/support/debian-program.ts'
import { startNodeCarrier, type TestHost, TOKEN } from '../gateway/hosts.ts'
import { startUpstreams, type UpstreamGroup } from '../gateway/supplies.ts'

const USERS = 4

/** tests/load/locustfile.py under the real Locust, which Debian brings with a Python of its own. */
describeWith(await debianProgram('locust', 'python3-locust'), 'Locust', (program) => {
  let upstreams: UpstreamGroup
  let gateway: TestHost
  beforeAll(async () => {
    upstreams = await startUpstreams(2)
    gateway = await startNodeCarrier({ upstreams: upstreams.settings })
  })
  afterAll(async () => {
    await gateway.close()
    await upstreams.close()
  })

  const file = path.resolve(import.meta.dirname, '../../load/locustfile.py')
  /** Runs until it ends by itself, or `isEnough`. */
  const locust = async (target: string, env: Record<string, string> = {}, isEnough?: () => boolean) => {
    const args = ['-f', file, '--headless', '-u', `${USERS}`, '-r', `${USERS}`, '-H', target]
    const options = {
      env: {
        NODE_ENV: 'test' as const,
        PYTHONDONTWRITEBYTECODE: '1',
        PATH: '/usr/bin:/bin',
        THINK: '0.05',
        TAIN_TOKEN: TOKEN,
        ...env,
      },
    }
    const running = promisify(execFile)(program, args, options)
    const ended = running.then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      // Node's documentation: the error of a program that ended badly has these.
      ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
    )
    if (isEnough) {
      await vi.waitUntil(isEnough, { timeout: 25_000 })
      running.child.kill('SIGTERM')
    }
    return await ended
  }

  it('asks, reads streams to their end, and has a row for each upstream: one whole, one cut off', async () => {
    const cut = { ...answer.sse(['data: 1\n\n', 'data: 2\n\n']), ...fault.closeMidStream({ afterChunks: 1 }) }
    upstreams.list[1]?.script({ ...cut, times: Number.POSITIVE_INFINITY })
    // Nobody asks before the last answer has ended. The second is asked little once it is known to cut answers off.
    const [one, two] = upstreams.list
    const isEnough = () => two?.received.length !== 0 && (one?.received.length ?? 0) > 3 * USERS
    const { code, said } = await locust(gateway.origin, {}, isEnough)
    expect(said).toMatch(/Upstream +Requests +Average +P95 +Errors\n/)
    expect(said).toMatch(/^one +\d+ +\d+ ms +\d+ ms +0\.00 %$/m)
    // Their status was 200.
    expect(said).toMatch(/^two +\d+ +- +- +100\.00 %$/m)
    expect(code).toBe(1)
  })

  it('does not load strangers unless that is said twice, and says how', async () => {
    const targets = ['http://chat.example.org', 'http://127.0.0.1.example.org']
    const asked = targets.map((target) => locust(target, { LOAD_REMOTE: 'another.example.org' }))
    for (const [i, { code, said }] of (await Promise.all(asked)).entries()) {
      const { hostname } = new URL(targets[i] ?? '')
      expect([code, said]).toEqual([2, expect.stringContaining(`say so again: LOAD_REMOTE=${hostname}.`)])
    }
  })
})
