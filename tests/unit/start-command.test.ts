import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startCommand } from '#tests/support/site.ts'

test('a container is started with what `npm start` gives Node and its memory', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8')
  const { env, flags } = startCommand
  expect(flags.length).toBeGreaterThan(0)
  expect(JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]')).toEqual([
    'node',
    ...flags,
    'server/main.ts',
  ])
  expect(Object.keys(env).length).toBeGreaterThan(0)
  for (const [name, value] of Object.entries(env)) expect(dockerfile).toContain(`${name}=${value}`)
})
