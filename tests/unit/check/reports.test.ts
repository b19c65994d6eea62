import { describe, expect, test } from 'vitest'
import { readPlaywrightReport } from '../../../scripts/check/browser.ts'
import { failed, passed, skipped, sum } from '../../../scripts/check/outcome.ts'
import { readVitestReport } from '../../../scripts/check/vitest.ts'

const file = (status: string, tests: string[]) => ({
  name: 'some.test.ts',
  status,
  message: '',
  assertionResults: tests.map((status, index) => ({ status, fullName: `test ${index}` })),
})

const vitestReport = (passedTests: number, failedTests: number, files: ReturnType<typeof file>[]) => ({
  numPassedTests: passedTests,
  numFailedTests: failedTests,
  numPendingTests: files
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'skipped').length,
  numTodoTests: 0,
  testResults: files,
})

describe("vitest's report", () => {
  test('counts tests', () => {
    const report = vitestReport(1, 1, [file('failed', ['passed', 'failed'])])
    expect(readVitestReport(report, 1, '')).toMatchObject({ passed: 1, failed: 1, skipped: 0 })
  })

  test('a file that did not load is a failure', () => {
    const report = vitestReport(2, 0, [file('passed', ['passed', 'passed']), file('failed', [])])
    expect(readVitestReport(report, 1, '')).toMatchObject({ passed: 2, failed: 1 })
  })

  test('a run that ended badly is a failure, although every test passed', () => {
    expect(readVitestReport(vitestReport(1, 0, [file('passed', ['passed'])]), 1, '')).toMatchObject({
      failed: 1,
    })
  })

  test('names what was skipped', () => {
    const report = vitestReport(1, 0, [file('passed', ['passed', 'skipped'])])
    expect(readVitestReport(report, 0, '')).toMatchObject({ skipped: 1, note: 'skipped: test 1' })
  })

  test('anything else than a report is an error', () => {
    expect(() => readVitestReport({}, 0, '')).toThrow()
  })
})

describe("Playwright's report", () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }

  test('counts tests, and a flaky one as failed', () => {
    const report = { stats: { ...stats, unexpected: 1, flaky: 1 }, errors: [] }
    expect(readPlaywrightReport(report, 1, '')).toMatchObject({ passed: 3, failed: 2 })
  })

  test('an error outside of tests is a failure', () => {
    expect(readPlaywrightReport({ stats, errors: [{}] }, 1, '')).toMatchObject({ failed: 1 })
    expect(readPlaywrightReport({ stats, errors: [] }, 1, '')).toMatchObject({ failed: 1 })
  })
})

test('outcomes add up', () => {
  expect(sum([passed('a'), failed('trace', 'b'), skipped('no browser'), passed()])).toEqual({
    passed: 2,
    failed: 1,
    skipped: 1,
    note: 'a; b; skipped: no browser',
    output: 'trace\nno browser',
  })
})
