// For Docker's HEALTHCHECK: exits with 0 when the site of this container takes requests and reads its database.
import process from 'node:process'

const port = process.env.PORT ?? '3000'
const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) }).catch(
  () => null,
)
process.exit(response?.ok ? 0 : 1)
