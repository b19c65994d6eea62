import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { failed, type Outcome, passed } from './outcome.ts'
import { root } from './run-command.ts'

interface RuleFile {
  forbidden: IFlattenedRuleSet['forbidden']
  options: ICruiseOptions & { enhancedResolveOptions: Record<string, unknown> }
}

const rooms = ['app', 'components', 'lib', 'server', 'deploy', 'scripts', 'tests']

/** The import rules of the project; their names and comments are what a person sees. */
export function importRules(): RuleFile {
  return createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs')) as RuleFile
}

export interface Violation {
  rule: string
  comment: string
  from: string
  to: string
}

/** Applies the import rules to the tree below `baseDir`. Also says how many modules it read. */
export async function cruiseTree(baseDir: string): Promise<{ modules: number; violations: Violation[] }> {
  const { forbidden, options } = importRules()
  const { output } = await cruise(
    rooms.filter((room) => existsSync(path.join(baseDir, room))),
    { ...options, baseDir, ruleSet: { forbidden }, validate: true },
    options.enhancedResolveOptions,
  )
  // Without an `outputType` the result is an object.
  const { summary } = output as ICruiseResult
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      comment: forbidden?.find(({ name }) => name === rule.name)?.comment ?? '',
      from,
      to,
    })),
  }
}

/** Every import of the project obeys the rules of `.dependency-cruiser.cjs`. */
export async function checkImports(): Promise<Outcome> {
  const { modules, violations } = await cruiseTree(root)
  if (modules === 0) return failed('no module was read')
  if (violations.length === 0) return passed(`${modules} modules`)
  return failed(
    violations
      .map(({ from, to, comment, rule }) => `${from} imports ${to}\n    ${comment} (${rule})`)
      .join('\n'),
  )
}
