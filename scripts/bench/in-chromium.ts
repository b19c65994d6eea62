import { type Browser, chromium } from '@playwright/test'
import { createDemoUpstream, type DemoUpstream } from '../../server/demo-upstream/demo-upstream.ts'
import { findChromium } from '../../tests/support/chromium.ts'
import { type Site, startNodeSite, upstreamSettings } from '../../tests/support/site.ts'

/** What {@link inChromium} sends upstream. */
export const BENCH_KEY = 'chromium-bench'

/**
 * Runs a bench in Chromium, against a site with a scripted upstream of its own, and ends all three. Throws where there is no
 * Chromium.
 */
export async function inChromium<T>(
  { tokensPerSecond, env }: { tokensPerSecond: number; env?: Record<string, string> },
  run: (chrome: Browser, site: Site, upstream: DemoUpstream) => Promise<T>,
): Promise<T> {
  const browser = await findChromium()
  if ('missing' in browser) throw new Error(browser.missing)
  const upstream = await createDemoUpstream({ tokensPerSecond })
  const site = await startNodeSite({
    env: {
      ...upstreamSettings(upstream, BENCH_KEY),
      LOG_LEVEL: 'error',
      ...env,
    },
  })
  const chrome = await chromium.launch(browser)
  try {
    return await run(chrome, site, upstream)
  } finally {
    await chrome.close()
    await site.stop()
    await upstream.close()
  }
}
