import { startNextSite } from '#tests/support/site.ts'
import { conformance } from './conformance.ts'
import { startSite } from './conforming-host.ts'

conformance('Edge route', () => startSite(startNextSite))
