// `npm start`: check the settings, build the site if its sources changed, then become the server.
import path from 'node:path'
import { ConfigError } from '#lib/config.ts'
import { loadSettings } from '#server/settings.ts'
import { buildIfChanged } from './build-if-changed.ts'

const root = path.resolve(import.meta.dirname, '..')

try {
  // A wrong setting is said before anybody waits for a build.
  const { ASSET_PREFIX: assetPrefix } = loadSettings(root, false)
  await buildIfChanged({ assetPrefix })
} catch (error) {
  console.error(error instanceof ConfigError ? `\n  ${error.message}\n` : error)
  process.exit(1)
}
await import('#server/main.ts')
