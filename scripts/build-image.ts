// The build inside an image: the site, and then nothing that only building needs.
import { globSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { parseConfig } from '#lib/config.ts'
import { buildIfChanged } from './build-if-changed.ts'

const root = path.resolve(import.meta.dirname, '..')

await buildIfChanged({ assetPrefix: parseConfig(process.env).ASSET_PREFIX })
// Next's cache is for the next build, compilers have done their work, and the image has a Node of its own.
const UNNEEDED = [
  '.next/cache',
  'node_modules/.bin/node',
  'node_modules/node-linux-*',
  'node_modules/@next/swc-*',
  'node_modules/@tailwindcss',
  'node_modules/tailwindcss',
  'node_modules/lightningcss*',
  'node_modules/typescript',
  'node_modules/@typescript',
  // Bundled into the site's own files.
  'node_modules/lucide-react',
  'node_modules/playwright-core',
]
for (const file of globSync(UNNEEDED, { cwd: root })) {
  await rm(path.join(root, file), { recursive: true, force: true })
}
