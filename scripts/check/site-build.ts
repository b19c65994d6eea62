import { buildIfChanged } from '../build-if-changed.ts'
import { type Outcome, passed } from './outcome.ts'

/** Builds the site as `npm start` does: only when its sources changed. */
export async function checkBuild(): Promise<Outcome> {
  return passed((await buildIfChanged({ quiet: true })) === 'fresh' ? 'sources unchanged' : undefined)
}
