import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Config } from '#lib/config.ts'
import { StartError } from './start-error.ts'

/** What Next writes down of a build, as far as it is looked at here. */
const requiredFiles = z.object({ config: z.object({ assetPrefix: z.string().default('') }) })

/**
 * The site must be built, and for the ASSET_PREFIX that is set: half of its addresses are in the build, half are made
 * at each request, and a page of which only half comes from the CDN does not start. Throws {@link StartError}.
 */
export function requireBuiltSite(root: string, { ASSET_PREFIX = '' }: Pick<Config, 'ASSET_PREFIX'>): void {
  const file = path.join(root, '.next', 'required-server-files.json')
  if (!existsSync(file)) throw new StartError('The site is not built; `npm start` builds it.')
  const { assetPrefix } = requiredFiles.parse(JSON.parse(readFileSync(file, 'utf8'))).config
  if (assetPrefix === ASSET_PREFIX) return
  throw new StartError(
    `ASSET_PREFIX is ${ASSET_PREFIX || 'not set'}, but the site was built ${assetPrefix ? `for ${assetPrefix}` : 'without one'}. ` +
      'Start it with `npm start`, which builds it anew, or build the image with `--build-arg ASSET_PREFIX=…`.',
  )
}
