import { failed, type Outcome, passed, sum } from './outcome.ts'
import { packageFile, runNode } from './run-command.ts'

/** Biome's formatter and linter over every file it knows; warnings fail as errors do. */
export async function checkStyle(): Promise<Outcome> {
  const { code, output } = await runNode(packageFile('@biomejs/biome/bin/biome'), [
    'ci',
    '--colors=off',
    '--error-on-warnings',
    '.',
  ])
  return code === 0 ? passed() : failed(output)
}

/** The site's types, then the gateway's in a project that knows neither Node nor React. */
export async function checkTypes(): Promise<Outcome> {
  const typegen = await runNode(packageFile('next/dist/bin/next'), ['typegen'])
  if (typegen.code !== 0) return failed(typegen.output)
  const check = async (project: string) => {
    const { code, output } = await runNode(packageFile('typescript/bin/tsc'), ['--noEmit', '-p', project])
    return code === 0 ? passed() : failed(output)
  }
  return sum([await check('tsconfig.json'), await check('tsconfig.gateway.json')])
}
