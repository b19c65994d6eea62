import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

/** What docs/vercel.md says of the build, read from the build itself. */

const root = path.resolve(import.meta.dirname, '../..')
const readJson = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'))

const edgeFunctions = z.object({
  functions: z.record(
    z.string(),
    z.object({ files: z.array(z.string()), regions: z.union([z.string(), z.array(z.string())]) }),
  ),
})

describe('the Edge function', () => {
  const { functions } = edgeFunctions.parse(readJson('.next/server/middleware-manifest.json'))
  const gateway = functions['/v1/[...tainPath]/route']
  const files = gateway?.files.map((file) => readFileSync(path.join(root, '.next', file))) ?? []

  it('is the gateway and nothing else, in regions where OpenAI serves', () => {
    expect(Object.keys(functions)).toEqual(['/v1/[...tainPath]/route'])
    expect(gateway?.regions).toEqual(['sfo1', 'sin1', 'hnd1'])
  })

  it('fits well into the megabyte that the smallest plan allows, compressed', () => {
    const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(350_000)
  })

  it('asks for no module of Node’s but the two that Next brings and the Edge runtime has', () => {
    const asked = files.flatMap((file) => [...String(file).matchAll(/["'](node:[\w/]+)["']/g)])
    expect(new Set(asked.map(([, name]) => name))).toEqual(new Set(['node:async_hooks', 'node:buffer']))
  })
})

it('vercel.json names functions that are there, and the command that package.json has', () => {
  const { functions, buildCommand, regions } = readJson('vercel.json')
  expect(Object.keys(functions)).toEqual(['app/api/**/*'])
  expect(buildCommand).toBe('npm run build')
  expect(readJson('package.json').scripts.build).toBe('next build')
  expect(regions).toHaveLength(1)
})

describe('a build at Vercel', () => {
  /** What `next build` and each start read first. */
  const readSettings = (env: Record<string, string>) => {
    const program = ['--input-type=module', '--eval', "await import('./next.config.js')"]
    return spawnSync(process.execPath, program, {
      cwd: root,
      encoding: 'utf8',
      env: { NODE_ENV: 'production', VERCEL_URL: 'x.vercel.app', ...env },
    })
  }

  it.each([
    ['DATABASE_URL', { AUTH_SECRET: 'x'.repeat(40) }],
    ['AUTH_SECRET', { DATABASE_URL: 'postgres://user@host/tain' }],
  ])('fails without %s, and says so', (name, env) => {
    const { status, stderr } = readSettings(env)
    expect(status).toBe(1)
    expect(stderr).toContain(`${name} must be set at Vercel, where nothing stays on a disk.`)
  })

  it('is content with both, or with being a relay that no site belongs to', () => {
    expect(
      readSettings({ DATABASE_URL: 'postgres://user@host/tain', AUTH_SECRET: 'x'.repeat(40) }).stderr,
    ).toBe('')
    expect(readSettings({ RELAY_SECRET: 'x'.repeat(40) }).stderr).toBe('')
  })
})
