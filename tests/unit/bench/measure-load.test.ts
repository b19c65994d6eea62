import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { fault } from '#server/demo-upstream/script-steps.ts'
import { loadTable, measureLoad, refuseTarget, type Sample } from '../../../scripts/load/measure-load.ts'

let upstream: DemoUpstream
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
afterAll(() => upstream.close())

test('counts whole answers, refusals and broken ones', async () => {
  upstream.script(fault.rateLimited(), fault.serverError(500))
  const samples: Sample[] = []
  const options = { baseUrl: upstream.url, model: 'tain-demo', users: 3, seconds: 1, thinkMs: 50 }
  await measureLoad(options, (sample) => samples.push(sample))
  expect(samples.length).toBeGreaterThan(4)
  expect(new Set(samples.map(({ failure }) => failure))).toEqual(
    new Set([undefined, 'status 429', 'status 500']),
  )
})

test('tells the article’s table', () => {
  const sample = (upstream: string, firstMs: number, failure?: string): Sample => ({
    upstream,
    firstMs,
    totalMs: firstMs * 2,
    ...(failure && { failure }),
  })
  const hongkong = Array.from({ length: 20 }, (_, i) => sample('hongkong', (i + 1) * 10))
  expect(
    loadTable([...hongkong, sample('us-west', 5), sample('us-west', 0, 'status 502')]).split('\n'),
  ).toEqual([
    'Upstream  Requests  Average  P95     Errors',
    'hongkong  20        105 ms   190 ms  0.00 %',
    'us-west   2         5 ms     5 ms    50.00 %',
  ])
})

test.each([
  ['http://127.0.0.1:3000', undefined, true],
  ['http://localhost', undefined, true],
  ['http://[::1]:3000', undefined, true],
  ['https://chat.example.org', undefined, false],
  ['https://chat.example.org', 'other.example.org', false],
  ['https://chat.example.org', 'chat.example.org', true],
  ['http://127.0.0.1.example.org', undefined, false],
  ['ftp://127.0.0.1', undefined, false],
])('loads %s with LOAD_REMOTE=%s: %s', (target, again, isAllowed) => {
  expect(refuseTarget(target, again) === undefined).toBe(isAllowed)
})

test('the command refuses a stranger before anything is sent', async () => {
  const script = path.resolve(import.meta.dirname, '../../../scripts/load.ts')
  const failed = await promisify(execFile)(process.execPath, [
    script,
    '--target',
    'https://api.openai.com',
  ]).catch((error) => error)
  expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('LOAD_REMOTE=api.openai.com')])
})
