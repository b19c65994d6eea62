import { findChromium } from '../../tests/support/chromium.ts'
import type { Bench } from './bench.ts'
import { BUDGET_BYTES, inKilobytes, measureFirstLoad } from './first-load.ts'

export const bench: Bench = {
  name: 'first-load',
  about: 'JavaScript that a browser fetches before anyone has touched the page, compressed, headers included',
  async run() {
    const browser = await findChromium()
    if ('missing' in browser) throw new Error(browser.missing)
    const pages = await measureFirstLoad(browser)
    const lines = pages.map(({ page, scriptBytes, scripts, requests, otherOrigins }) => {
      const share = Math.round((scriptBytes / BUDGET_BYTES) * 100)
      return `${page.padEnd(8)} ${inKilobytes(scriptBytes)} in ${scripts} scripts (${share} % of the budget), ${requests} requests, ${otherOrigins.length} other origins`
    })
    return [...lines, `budget   ${inKilobytes(BUDGET_BYTES)} (1 KB = 1,024 bytes)`]
  },
}
