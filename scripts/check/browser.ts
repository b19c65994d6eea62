import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { findChromium } from '../../tests/support/chromium.ts'
import { failed, type Outcome, skipped } from './outcome.ts'
import { packageFile, runNode } from './run-command.ts'

/** The part of Playwright's JSON report that is read here. */
const report = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
  errors: z.array(z.unknown()),
})

/** Reads Playwright's report. A test that passed only when repeated has failed; so has a run that broke outside tests. */
export function readPlaywrightReport(json: unknown, exitCode: number | null, output: string): Outcome {
  const { stats, errors } = report.parse(json)
  const failures = stats.unexpected + stats.flaky + errors.length
  return {
    passed: stats.expected,
    failed: failures === 0 && exitCode !== 0 ? 1 : failures,
    skipped: stats.skipped,
    output,
  }
}

/** The specs of tests/e2e in a real browser, on a desktop's and a phone's screen. */
export async function checkBrowser(): Promise<Outcome> {
  const browser = await findChromium()
  if ('missing' in browser) return skipped(browser.missing)
  const directory = await mkdtemp(path.join(tmpdir(), 'tain-check-'))
  const reportFile = path.join(directory, 'report.json')
  try {
    const { code, output } = await runNode(
      packageFile('@playwright/test/cli.js'),
      ['test', '--reporter=dot,json'],
      { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile } },
    )
    const json = await readFile(reportFile, 'utf8').catch(() => undefined)
    if (json === undefined) return failed(output)
    return readPlaywrightReport(JSON.parse(json), code, output)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
