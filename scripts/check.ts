import { hrtime } from 'node:process'
import { checkBrowser } from './check/browser.ts'
import { checkStyle, checkTypes } from './check/code.ts'
import { checkConfigDocs } from './check/config-docs.ts'
import { checkFiles } from './check/files.ts'
import { checkFirstLoad } from './check/first-load.ts'
import { checkImports } from './check/imports.ts'
import { failed, type Outcome, type Step, sum } from './check/outcome.ts'
import { checkBuild } from './check/site-build.ts'
import { checkIntegration, checkUnits } from './check/vitest.ts'

/** What `npm test` does, in order. `needsBuild` steps look at the built site. */
const steps: Step[] = [
  { name: 'format', about: 'format and lint', run: checkStyle },
  { name: 'types', about: 'types', run: checkTypes },
  { name: 'imports', about: 'import rules', run: checkImports },
  { name: 'docs', about: 'generated documents', run: checkConfigDocs },
  { name: 'files', about: 'nothing private in files', run: checkFiles },
  { name: 'unit', about: 'unit tests', run: checkUnits },
  { name: 'build', about: 'site build', run: checkBuild },
  { name: 'integration', about: 'integration and conformance', needsBuild: true, run: checkIntegration },
  { name: 'e2e', about: 'the whole way in a browser', needsBuild: true, run: checkBrowser },
  { name: 'size', about: 'first-load JavaScript', needsBuild: true, run: checkFirstLoad },
]

function choose(names: string[]): Step[] {
  if (names.length === 0) return steps
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    console.error(
      `  There is no step ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(' ')}`,
    )
    process.exit(2)
  }
  const chosen = steps.filter((step) => names.includes(step.name))
  if (!chosen.some((step) => step.needsBuild)) return chosen
  return steps.filter((step) => chosen.includes(step) || step.name === 'build')
}

/** In CI nothing may be left out: what could not run there has failed. */
function strict(outcome: Outcome): Outcome {
  if (!process.env.CI || outcome.skipped === 0) return outcome
  return { ...outcome, failed: outcome.failed + outcome.skipped, skipped: 0 }
}

function describe({ passed, failed, skipped, note }: Outcome, seconds: number): string {
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
  return `${counts.filter(Boolean).join(', ')} (${seconds.toFixed(1)} s)${note ? ` - ${note}` : ''}`
}

async function runStep(step: Step): Promise<Outcome> {
  process.stdout.write(`  ${step.name.padEnd(12)}${step.about} ... `)
  const started = hrtime.bigint()
  // A step that crashes has failed; the steps after it still run.
  const outcome = strict(
    await step.run().catch((error: unknown) => failed(error instanceof Error ? error.stack : String(error))),
  )
  console.log(describe(outcome, Number(hrtime.bigint() - started) / 1e9))
  if (outcome.failed > 0 && outcome.output) console.log(`\n${outcome.output.trimEnd()}\n`)
  return outcome
}

const outcomes: Outcome[] = []
for (const step of choose(process.argv.slice(2))) outcomes.push(await runStep(step))

const total = sum(outcomes)
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
)
// Something may still hold the event loop (a step that crashed half-way); the verdict does not wait for it.
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0)
