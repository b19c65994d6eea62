import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cruiseTree, importRules } from '../../scripts/check/imports.ts'

/** One offence each: `file` says `source`, and the rule must bite. Files that are imported are made empty. */
const offences: Record<string, { file: string; source: string; imported?: string[] }> = {
  'gateway-is-sealed': {
    file: 'lib/gateway/offence.ts',
    source: `import type { Config } from '../config.ts'`,
    imported: ['lib/config.ts'],
  },
  'i18n-is-sealed': { file: 'lib/i18n/offence.ts', source: `import { z } from 'zod'` },
  'db-is-a-leaf': {
    file: 'lib/db/offence.ts',
    source: `import '../chat/messages.ts'`,
    imported: ['lib/chat/messages.ts'],
  },
  'tokens-are-counted-alone': {
    file: 'lib/tokens/offence.ts',
    source: `import '#lib/db/database.ts'`,
    imported: ['lib/db/database.ts'],
  },
  'secrets-know-settings-and-database': {
    file: 'lib/secrets/offence.ts',
    source: `import '#lib/accounts/owner.ts'`,
    imported: ['lib/accounts/owner.ts'],
  },
  'accounts-know-the-database-only': {
    file: 'lib/accounts/offence.ts',
    source: `import '../chat/messages.ts'`,
    imported: ['lib/chat/messages.ts'],
  },
  'chat-reaches-the-gateway-by-http': {
    file: 'lib/chat/offence.ts',
    source: `export const later = () => import('../gateway/handle.ts')`,
    imported: ['lib/gateway/handle.ts'],
  },
  'lib-stands-alone': {
    file: 'lib/offence.ts',
    source: `import '#components/ui/button.tsx'`,
    imported: ['components/ui/button.tsx'],
  },
  'components-know-contracts-only': {
    file: 'components/offence-a.tsx',
    source: `import { db } from '#lib/db/database.ts'`,
    imported: ['lib/db/database.ts'],
  },
  'components-run-in-browsers': {
    file: 'components/offence-b.tsx',
    source: `import { readFile } from 'node:fs/promises'`,
  },
  'app-uses-components-and-lib': {
    file: 'app/offence.ts',
    source: `import '#server/main.ts'`,
    imported: ['server/main.ts'],
  },
  'server-uses-lib': {
    file: 'server/offence.ts',
    source: `import '#components/ui/button.tsx'`,
    imported: ['components/ui/button.tsx'],
  },
  'deploy-carries-the-gateway': {
    file: 'deploy/offence.ts',
    source: `import '#lib/db/database.ts'`,
    imported: ['lib/db/database.ts'],
  },
  'nothing-imports-app': {
    file: 'server/offence-b.ts',
    source: `import '../app/page.tsx'`,
    imported: ['app/page.tsx'],
  },
  'product-without-tests': { file: 'server/offence-c.ts', source: `import { test } from 'vitest'` },
  'no-circles': {
    file: 'lib/chat/circle-a.ts',
    source: `import './circle-b.ts'`,
  },
  'no-barrels-no-drawers': {
    file: 'lib/chat/offence-b.ts',
    source: `import './utils.ts'`,
    imported: ['lib/chat/utils.ts'],
  },
  'everything-resolves': { file: 'lib/chat/offence-c.ts', source: `import './nowhere.ts'` },
}

/** What the house allows, and the rules must let pass. */
const allowed: Record<string, string> = {
  'lib/gateway/fine.ts': `import { z } from 'zod'\nimport './handle.ts'`,
  'lib/db/fine.ts': `import { Kysely } from 'kysely'\nimport 'node:path'\nimport 'node:sqlite'\nimport '../config.ts'`,
  'lib/chat/fine.ts': `import '#lib/db/database.ts'\nimport '../config.ts'`,
  'lib/chat/contract.ts': `import type { Part } from './parts.ts'\nexport const a = 1`,
  'lib/chat/parts.ts': '',
  'components/fine.tsx': `import '#lib/chat/contract.ts'\nimport '#lib/i18n/en.ts'\nimport './ui/button.tsx'`,
  'app/fine.tsx': `import '#components/fine.tsx'\nimport '#lib/chat/fine.ts'`,
  'server/fine.ts': `import '#lib/gateway/handle.ts'\nimport 'node:http'`,
  'tests/unit/fine.test.ts': `import 'vitest'\nimport '#lib/chat/fine.ts'\nimport '#server/fine.ts'`,
  'lib/i18n/en.ts': '',
  // A type alone closes a circle.
  'lib/chat/circle-b.ts': `import type { A } from './circle-a.ts'`,
}

const manifest = {
  type: 'module',
  imports: { '#lib/*': './lib/*', '#server/*': './server/*', '#components/*': './components/*' },
  dependencies: { zod: '1.0.0', kysely: '1.0.0' },
  devDependencies: { vitest: '1.0.0' },
}

let tree = ''
let bitten: Awaited<ReturnType<typeof cruiseTree>>

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(tree, file)), { recursive: true })
  await writeFile(path.join(tree, file), text)
}

beforeAll(async () => {
  tree = await mkdtemp(path.join(tmpdir(), 'tain-imports-'))
  await write('package.json', JSON.stringify(manifest))
  for (const name of ['zod', 'kysely', 'vitest']) {
    await write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'main.js' }),
    )
    await write(`node_modules/${name}/main.js`, '')
  }
  for (const { imported = [] } of Object.values(offences)) for (const file of imported) await write(file, '')
  for (const [file, source] of Object.entries(allowed)) await write(file, `${source}\n`)
  for (const { file, source } of Object.values(offences)) await write(file, `${source}\n`)
  bitten = await cruiseTree(tree)
})
afterAll(() => rm(tree, { recursive: true, force: true }))

describe('import rules', () => {
  test('every rule has an offence here', () => {
    expect(importRules().forbidden?.map(({ name }) => name)).toEqual(Object.keys(offences))
  })

  test.each(Object.entries(offences))('%s bites', (rule, { file }) => {
    expect(bitten.violations.filter(({ from }) => from === file).map((found) => found.rule)).toContain(rule)
  })

  test('what the house allows passes', () => {
    const files = Object.keys(allowed).filter((file) => file !== 'lib/chat/circle-b.ts')
    expect(bitten.violations.filter(({ from }) => files.includes(from))).toEqual([])
  })

  test('a sentence of the rule comes with each finding', () => {
    expect(bitten.violations.filter(({ comment }) => comment === '')).toEqual([])
  })
})
