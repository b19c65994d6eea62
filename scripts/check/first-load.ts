import { findChromium } from '../../tests/support/chromium.ts'
import { BUDGET_BYTES, inKilobytes, measureFirstLoad } from '../bench/first-load.ts'
import { failed, type Outcome, passed, skipped, sum } from './outcome.ts'

/** What a browser loads before anyone has touched the page stays under the budget and comes from this site alone. */
export async function checkFirstLoad(): Promise<Outcome> {
  const browser = await findChromium()
  if ('missing' in browser) return skipped(browser.missing)
  const pages = await measureFirstLoad(browser)
  return sum(
    pages.map(({ page, scriptBytes, otherOrigins }) => {
      const note = `${page} ${inKilobytes(scriptBytes)} of ${inKilobytes(BUDGET_BYTES)}`
      if (scriptBytes === 0) return failed(`${page}: no script was seen, so nothing was measured`, note)
      if (scriptBytes > BUDGET_BYTES)
        return failed(`${page}: ${scriptBytes - BUDGET_BYTES} bytes over the budget`, note)
      if (otherOrigins.length > 0) return failed(`${page}: loads from ${otherOrigins.join(', ')}`, note)
      return passed(note)
    }),
  )
}
