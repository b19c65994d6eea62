import { failed, type Outcome, passed } from './outcome.ts'
import { runNode } from './run-command.ts'

/** `.env.example` and docs/configuration.md say what lib/config.ts says. */
export async function checkConfigDocs(): Promise<Outcome> {
  const { code, output } = await runNode('scripts/config-docs.ts', ['--check'])
  return code === 0 ? passed() : failed(output)
}
