import { defineConfig, devices } from '@playwright/test'
import { findChromium } from './tests/support/chromium.ts'

const browser = await findChromium()
if ('missing' in browser) throw new Error(browser.missing)
const { executablePath, args, env } = browser

// `channel` and `defaultBrowserType` of a device would ask for a browser of Playwright's own.
const { defaultBrowserType: _desktop, ...desktop } = devices['Desktop Chrome']
const { defaultBrowserType: _phone, ...phone } = devices['Pixel 7']

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: '.tmp/e2e',
  forbidOnly: Boolean(process.env.CI),
  // A test that passes only when repeated has found something.
  retries: 0,
  // Each has a site and a browser of its own; a third would starve the other two on two cores.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    locale: 'en-US',
    browserName: 'chromium',
    launchOptions: { executablePath, args, env },
    // Recording costs a quarter of a run's time: ask for it with `playwright test --trace on`.
    trace: 'off',
  },
  projects: [
    { name: 'desktop', testIgnore: /touch\.spec/, use: { ...desktop } },
    // Nothing is dragged on a phone.
    { name: 'phone', testIgnore: /folders\.spec/, grepInvert: /@desktop/, use: { ...phone } },
  ],
})
