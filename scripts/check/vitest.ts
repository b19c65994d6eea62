import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { Outcome } from './outcome.ts'
import { packageFile, runNode } from './run-command.ts'

/** The part of vitest's JSON report (Jest's format) that is read here. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/**
 * Reads vitest's report. A file that failed without a failed test (it did not load, a hook threw) counts as one
 * failure, and so does a run that ended badly with nothing to blame (an unhandled rejection).
 */
export function readVitestReport(json: unknown, exitCode: number | null, output: string): Outcome {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report.parse(json)
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failures = numFailedTests + brokenFiles
  const skippedTests = testResults.flatMap((file) =>
    file.assertionResults.filter((test) => ['pending', 'skipped', 'todo'].includes(test.status)),
  )
  return {
    passed: numPassedTests,
    failed: failures === 0 && exitCode !== 0 ? 1 : failures,
    skipped: numPendingTests + numTodoTests,
    note:
      skippedTests.length > 0
        ? `skipped: ${skippedTests.map((test) => test.fullName).join(', ')}`
        : undefined,
    output,
  }
}

async function runProjects(...projects: string[]): Promise<Outcome> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-check-'))
  const reportFile = path.join(directory, 'report.json')
  try {
    const { code, output } = await runNode(packageFile('vitest/vitest.mjs'), [
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--passWithNoTests=false',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
    ])
    const json = await readFile(reportFile, 'utf8').catch(() => undefined)
    if (json === undefined) return { passed: 0, failed: 1, skipped: 0, output }
    return readVitestReport(JSON.parse(json), code, output)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Tests of single modules; nothing is started for them. */
export const checkUnits = () => runProjects('unit', 'unit-mocking')

/** Tests that start the built site, upstreams and databases, and the official client's conformance tests. */
export const checkIntegration = () => runProjects('integration', 'measured')
