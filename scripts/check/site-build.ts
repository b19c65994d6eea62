import { rm } from 'node:fs/promises'
import { startNextSite, startNodeSite } from '../../tests/support/site.ts'
import { buildIfChanged } from '../build-if-changed.ts'
import { type Outcome, passed } from './outcome.ts'
import { compileCache } from './run-command.ts'

/** Builds the site as `npm start` does: only when its sources changed. */
export async function checkBuild(): Promise<Outcome> {
  const built = await buildIfChanged({ quiet: true })
  // What was compiled of an earlier build is of no more use.
  if (built === 'built') await rm(compileCache, { recursive: true, force: true })
  await Promise.all([startNodeSite, startNextSite].map(leaveCompiled))
  return passed(built === 'fresh' ? 'sources unchanged' : undefined)
}

/**
 * The tests start some hundred sites and kill most of them. Only a process that ends by itself leaves behind what Node
 * compiled for it, so one does that before all of them.
 */
async function leaveCompiled(start: typeof startNodeSite): Promise<void> {
  const site = await start({ env: { NODE_COMPILE_CACHE: compileCache } })
  for (const path of ['/', '/api/conversations']) await (await fetch(site.url + path)).text()
  await site.kill('SIGTERM')
  await site.stop()
}
